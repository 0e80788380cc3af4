#include "services/upload/part_sweep.h"

#include <set>
#include <string>
#include <vector>

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/objects/object_store.h"
#include "services/upload/snapshot_rows.h"

namespace oboro::upload {
namespace {

// Parts of the object below `next_part - 1` that no row counts. Numbers, not what the store lists:
// a writer that was killed leaves an unfinished file, which is listed nowhere.
absl::StatusOr<std::set<int>> StrayParts(const Deps& deps, const platform::TenantContext& tenant,
                                         const OpenSnapshotRow& snapshot) {
  // next_part was read first: a part counted in between is then in the rows.
  ASSIGN_OR_RETURN(const std::vector<PartRow> counted,
                   deps.db->RunTx(tenant, "sweep_parts", [&](pqxx::work& tx) {
                     return ListParts(tx, tenant, snapshot.snapshot_id);
                   }));
  std::set<int> stray;
  for (int part = 0; part < snapshot.next_part - 1; ++part) stray.insert(part);
  for (const PartRow& row : counted) stray.erase(row.part);
  return stray;
}

}  // namespace

absl::Status SweepStrayParts(const Deps& deps, const platform::TenantContext& tenant) {
  ASSIGN_OR_RETURN(const std::vector<OpenSnapshotRow> open,
                   deps.db->RunTx(tenant, "sweep_open",
                                  [&](pqxx::work& tx) { return ListOpenSnapshots(tx, tenant); }));
  for (const OpenSnapshotRow& snapshot : open) {
    ASSIGN_OR_RETURN(const std::set<int> stray, StrayParts(deps, tenant, snapshot));
    for (const int part : stray) {
      RETURN_IF_ERROR(deps.objects->RemovePart(tenant, snapshot.object_id, part));
    }
  }
  return absl::OkStatus();
}

}  // namespace oboro::upload

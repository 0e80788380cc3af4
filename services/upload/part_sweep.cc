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

// Parts of the object below `next_part - 1` that no row counts.
absl::StatusOr<std::set<int>> StrayParts(const Deps& deps, const platform::TenantContext& tenant,
                                         const OpenSnapshotRow& snapshot) {
  // The store first: a part counted in between is then in the rows.
  ASSIGN_OR_RETURN(const std::vector<int> stored, deps.objects->Parts(tenant, snapshot.object_id));
  ASSIGN_OR_RETURN(const std::vector<PartRow> counted,
                   deps.db->RunTx(tenant, "sweep_parts", [&](pqxx::work& tx) {
                     return ListParts(tx, tenant, snapshot.snapshot_id);
                   }));
  std::set<int> stray;
  for (const int part : stored) {
    if (part < snapshot.next_part - 1) stray.insert(part);
  }
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

#include "services/upload/destroy_snapshot_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/object_store.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

// Destroys keys and marks the row; answers the row as it was before.
absl::StatusOr<SnapshotRow> DestroyKeys(pqxx::work& tx, const platform::CallContext& call,
                                        const Ids& ids, absl::Time now) {
  ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
  RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
  ASSIGN_OR_RETURN(SnapshotRow row,
                   ReadSnapshot(tx, call.tenant(), ids.dataset, ids.snapshot, Lock::kForUpdate));
  if (row.state == "DESTROYED") return row;
  const bool service = call.caller.kind == platform::Caller::Kind::kService;
  if (service && dataset.retain_snapshots) return row;
  RETURN_IF_ERROR(MarkDestroyed(
      tx, call.tenant(), ids.snapshot,
      call.Event("DESTROY_SNAPSHOT", SnapshotName(call.tenant().id(), ids.dataset, ids.snapshot),
                 {{"records", row.records}, {"state", row.state}}),
      now));
  // A refusal or a return has destroyed it already.
  if (row.state != "REFUSED" && row.state != "RETURNED") {
    RETURN_IF_ERROR(platform::DestroyDataKey(tx, call.tenant(), row.object_id));
  }
  if (!row.findings_object_id.empty()) {
    RETURN_IF_ERROR(platform::DestroyDataKey(tx, call.tenant(), row.findings_object_id));
  }
  row.state = "DESTROYED";
  return row;
}

}  // namespace

absl::StatusOr<v1::DestroySnapshotResponse> DestroySnapshotHandler::Handle(
    const platform::CallContext& call, const v1::DestroySnapshotRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(request.name()));
  const absl::Time now = deps_.clock->Now();
  std::vector<FindingCountRow> counts;
  const auto destroyed = deps_.db->RunTx(
      call.tenant(), "destroy_snapshot", [&](pqxx::work& tx) -> absl::StatusOr<SnapshotRow> {
        ASSIGN_OR_RETURN(SnapshotRow after, DestroyKeys(tx, call, ids, now));
        ASSIGN_OR_RETURN(counts, ListFindingCounts(tx, call.tenant(), ids.snapshot));
        return after;
      });
  if (!destroyed.ok()) return destroyed.status();
  const SnapshotRow& row = *destroyed;
  // Without its key the ciphertext is noise; what a crash leaves here, the sweep removes.
  if (row.state == "DESTROYED") {
    for (const std::string& object : {row.object_id, row.findings_object_id}) {
      if (object.empty()) continue;
      RETURN_IF_ERROR(deps_.objects->Remove(call.tenant(), object));
      RETURN_IF_ERROR(deps_.db->RunTx(call.tenant(), "destroy_forget", [&](pqxx::work& tx) {
        return platform::ForgetDataKey(tx, call.tenant(), object);
      }));
    }
  }
  v1::DestroySnapshotResponse response;
  *response.mutable_snapshot() = ToProto(call, row, counts, {});
  return response;
}

}  // namespace oboro::upload

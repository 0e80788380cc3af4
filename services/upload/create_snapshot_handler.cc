#include "services/upload/create_snapshot_handler.h"

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

v1::CreateSnapshotResponse Answer(const platform::CallContext& call, const SnapshotRow& row) {
  v1::CreateSnapshotResponse response;
  *response.mutable_snapshot() = ToProto(call, row, {}, {});
  return response;
}

}  // namespace

absl::StatusOr<v1::CreateSnapshotResponse> CreateSnapshotHandler::Handle(
    const platform::CallContext& call, const v1::CreateSnapshotRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.parent()));
  if (!IsIsoDate(request.reference_date())) {
    return InvalidField("reference_date", "a date YYYY-MM-DD", "YYYY-MM-DD形式の時点");
  }
  if (request.request_id().empty() || request.request_id().size() > 100) {
    return InvalidField("request_id", "a UUID chosen by the client", "クライアントが選んだUUID");
  }
  SnapshotRow row;
  row.snapshot_id = platform::NewId();
  row.dataset_id = ids.dataset;
  row.reference_date = request.reference_date();
  row.state = "OPEN";
  row.object_id = platform::NewId();
  row.create_time = deps_.clock->Now();
  return deps_.db->RunTx(
      call.tenant(), "create_snapshot",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::CreateSnapshotResponse> {
        ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
        RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
        absl::StatusOr<SnapshotRow> earlier =
            FindSnapshotByRequest(tx, call.tenant(), ids.dataset, request.request_id());
        if (earlier.ok()) {
          // Records of one 時点 must not go into the snapshot of another.
          if (earlier->reference_date != row.reference_date) return RequestIdReused();
          return Answer(call, *earlier);
        }
        if (!absl::IsNotFound(earlier.status())) return earlier.status();
        RETURN_IF_ERROR(
            platform::CreateDataKey(tx, call.tenant(), *deps_.keys, row.object_id).status());
        RETURN_IF_ERROR(InsertSnapshot(
            tx, call.tenant(), row, request.request_id(),
            call.Event("CREATE_SNAPSHOT",
                       SnapshotName(call.tenant().id(), row.dataset_id, row.snapshot_id),
                       {{"reference_date", row.reference_date}})));
        return Answer(call, row);
      });
}

}  // namespace oboro::upload

#include "services/upload/create_snapshot_handler.h"

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/upload/errors.h"
#include "services/upload/file_format.h"
#include "services/upload/names.h"
#include "services/upload/profile_rows.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

v1::CreateSnapshotResponse Answer(const platform::CallContext& call, const SnapshotRow& row) {
  v1::CreateSnapshotResponse response;
  *response.mutable_snapshot() = ToProto(call, row, {}, {});
  return response;
}

// Whether this request opened a snapshot before; then it is put into `row`.
absl::StatusOr<bool> FindEarlier(pqxx::work& tx, const platform::CallContext& call,
                                 const v1::CreateSnapshotRequest& request, SnapshotRow* row) {
  absl::StatusOr<SnapshotRow> earlier =
      FindSnapshotByRequest(tx, call.tenant(), row->dataset_id, request.request_id());
  if (absl::IsNotFound(earlier.status())) return false;
  if (!earlier.ok()) return earlier.status();
  // Records of one 時点 must not go into the snapshot of another, nor be read in another way.
  if (earlier->reference_date != row->reference_date ||
      ProfileNameOf(earlier->profile) != request.profile()) {
    return RequestIdReused();
  }
  *row = *std::move(earlier);
  return true;
}

// What the snapshot keeps of the profile: a later change of it changes nothing here.
absl::StatusOr<std::string> ReadChosen(pqxx::work& tx, const platform::CallContext& call,
                                       const Ids& ids, const std::string& name) {
  if (name.empty()) return std::string();
  ASSIGN_OR_RETURN(const ProfileIds chosen, ParseProfileName(name));
  if (chosen.tenant != ids.tenant || chosen.dataset != ids.dataset) {
    return platform::NotFoundError();
  }
  ASSIGN_OR_RETURN(const ProfileRow row,
                   ReadProfile(tx, call.tenant(), ids.dataset, chosen.profile));
  return KeptProfile(name, row.document);
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
        ASSIGN_OR_RETURN(const bool earlier, FindEarlier(tx, call, request, &row));
        if (earlier) return Answer(call, row);
        ASSIGN_OR_RETURN(row.profile, ReadChosen(tx, call, ids, request.profile()));
        // The row first: of two calls at once, the second waits here and finds the first's.
        ASSIGN_OR_RETURN(
            const bool inserted,
            InsertSnapshot(
                tx, call.tenant(), row, request.request_id(),
                call.Event(
                    "CREATE_SNAPSHOT",
                    SnapshotName(call.tenant().id(), row.dataset_id, row.snapshot_id),
                    {{"reference_date", row.reference_date}, {"profile", request.profile()}})));
        if (!inserted) {
          ASSIGN_OR_RETURN(const bool found, FindEarlier(tx, call, request, &row));
          if (!found) return absl::AbortedError("the snapshot of this request went away");
          return Answer(call, row);
        }
        RETURN_IF_ERROR(
            platform::CreateDataKey(tx, call.tenant(), *deps_.keys, row.object_id).status());
        return Answer(call, row);
      });
}

}  // namespace oboro::upload

#include "services/upload/update_dataset_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::UpdateDatasetResponse> UpdateDatasetHandler::Handle(
    const platform::CallContext& call, const v1::UpdateDatasetRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.name()));
  if (request.display_name().empty() || request.display_name().size() > 300) {
    return InvalidField("display_name", "1 to 300 bytes", "1～300バイトの名称");
  }
  return deps_.db->RunTx(
      call.tenant(), "update_dataset",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::UpdateDatasetResponse> {
        ASSIGN_OR_RETURN(DatasetRow row, ReadDataset(tx, call.tenant(), ids.dataset));
        RETURN_IF_ERROR(CheckDepartment(call, row.department_id));
        row.display_name = request.display_name();
        row.retain_snapshots = request.retain_snapshots();
        row.review_findings = request.review_findings();
        RETURN_IF_ERROR(
            UpdateDataset(tx, call.tenant(), row,
                          call.Event("UPDATE_DATASET", DatasetName(call.tenant().id(), ids.dataset),
                                     {{"retain_snapshots", row.retain_snapshots},
                                      {"review_findings", row.review_findings}}),
                          deps_.clock->Now()));
        v1::UpdateDatasetResponse response;
        *response.mutable_dataset() = ToProto(call.tenant(), row);
        return response;
      });
}

}  // namespace oboro::upload

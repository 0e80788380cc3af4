#include "services/upload/get_dataset_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::GetDatasetResponse> GetDatasetHandler::Handle(
    const platform::CallContext& call, const v1::GetDatasetRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.name()));
  ASSIGN_OR_RETURN(const DatasetRow row,
                   deps_.db->RunTx(call.tenant(), "get_dataset", [&](pqxx::work& tx) {
                     return ReadDataset(tx, call.tenant(), ids.dataset);
                   }));
  v1::GetDatasetResponse response;
  *response.mutable_dataset() = ToProto(call.tenant(), row);
  return response;
}

}  // namespace oboro::upload

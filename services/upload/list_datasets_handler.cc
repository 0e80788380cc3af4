#include "services/upload/list_datasets_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::ListDatasetsResponse> ListDatasetsHandler::Handle(
    const platform::CallContext& call, const v1::ListDatasetsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<DatasetRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_datasets", [&](pqxx::work& tx) {
                     return ListDatasets(tx, call.tenant());
                   }));
  v1::ListDatasetsResponse response;
  for (const DatasetRow& row : rows) *response.add_datasets() = ToProto(call.tenant(), row);
  return response;
}

}  // namespace oboro::upload

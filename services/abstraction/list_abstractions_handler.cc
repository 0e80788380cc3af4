#include "services/abstraction/list_abstractions_handler.h"

#include "services/abstraction/resources.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::abstraction {

absl::StatusOr<v1::ListAbstractionsResponse> ListAbstractionsHandler::Handle(
    const platform::CallContext& call, const v1::ListAbstractionsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<AbstractionRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_abstractions", [&](pqxx::work& tx) {
                     return ListAbstractions(tx, call.tenant());
                   }));
  v1::ListAbstractionsResponse response;
  for (const AbstractionRow& row : rows) *response.add_abstractions() = ToProto(call, row);
  return response;
}

}  // namespace oboro::abstraction

#include "services/abstraction/get_abstraction_handler.h"

#include "services/abstraction/resources.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::abstraction {

absl::StatusOr<v1::GetAbstractionResponse> GetAbstractionHandler::Handle(
    const platform::CallContext& call, const v1::GetAbstractionRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/abstractions/*"));
  ASSIGN_OR_RETURN(const AbstractionRow row,
                   deps_.db->RunTx(call.tenant(), "get_abstraction", [&](pqxx::work& tx) {
                     return ReadAbstraction(tx, call.tenant(), ids[1]);
                   }));
  v1::GetAbstractionResponse response;
  *response.mutable_abstraction() = ToProto(call, row);
  return response;
}

}  // namespace oboro::abstraction

#include "services/abstraction/get_recipe_handler.h"

#include "services/abstraction/resources.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::abstraction {

absl::StatusOr<v1::GetRecipeResponse> GetRecipeHandler::Handle(
    const platform::CallContext& call, const v1::GetRecipeRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/recipes/*"));
  ASSIGN_OR_RETURN(const RecipeRow row,
                   deps_.db->RunTx(call.tenant(), "get_recipe", [&](pqxx::work& tx) {
                     return ReadRecipe(tx, call.tenant(), ids[1], request.version());
                   }));
  v1::GetRecipeResponse response;
  *response.mutable_recipe() = ToProto(call.tenant(), row);
  return response;
}

}  // namespace oboro::abstraction

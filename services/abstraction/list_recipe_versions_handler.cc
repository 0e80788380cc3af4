#include "services/abstraction/list_recipe_versions_handler.h"

#include "services/abstraction/resources.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::abstraction {

absl::StatusOr<v1::ListRecipeVersionsResponse> ListRecipeVersionsHandler::Handle(
    const platform::CallContext& call, const v1::ListRecipeVersionsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/recipes/*"));
  ASSIGN_OR_RETURN(const std::vector<RecipeRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_recipe_versions", [&](pqxx::work& tx) {
                     return ListRecipeVersions(tx, call.tenant(), ids[1]);
                   }));
  if (rows.empty()) return platform::NotFoundError();
  v1::ListRecipeVersionsResponse response;
  for (const RecipeRow& row : rows) *response.add_recipes() = ToProto(call.tenant(), row);
  return response;
}

}  // namespace oboro::abstraction

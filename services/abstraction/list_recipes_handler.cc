#include "services/abstraction/list_recipes_handler.h"

#include "services/abstraction/resources.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::abstraction {

absl::StatusOr<v1::ListRecipesResponse> ListRecipesHandler::Handle(
    const platform::CallContext& call, const v1::ListRecipesRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<RecipeRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_recipes",
                                   [&](pqxx::work& tx) { return ListRecipes(tx, call.tenant()); }));
  v1::ListRecipesResponse response;
  for (const RecipeRow& row : rows) *response.add_recipes() = ToProto(call.tenant(), row);
  return response;
}

}  // namespace oboro::abstraction

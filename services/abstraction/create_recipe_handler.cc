#include "services/abstraction/create_recipe_handler.h"

#include "services/abstraction/errors.h"
#include "services/abstraction/recipe/recipe.h"
#include "services/abstraction/resources.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::abstraction {

absl::StatusOr<v1::CreateRecipeResponse> CreateRecipeHandler::Handle(
    const platform::CallContext& call, const v1::CreateRecipeRequest& request) {
  if (!platform::IsId(request.recipe_id())) {
    return InvalidField("recipe_id", "[a-z][a-z0-9-]{0,62}", "英小文字で始まる英数字とハイフン");
  }
  if (request.document().size() > kMaxRecipeBytes) {
    return InvalidField("document", "at most 512 KiB", "512 KiB 以下の文書");
  }
  const auto recipe = ParseRecipe(request.document());
  if (!recipe.ok()) return RecipeInvalid(recipe.status().message());
  RecipeRow row;
  row.recipe_id = request.recipe_id();
  row.document = request.document();
  row.digest = Sha256(request.document());
  row.create_time = deps_.clock->Now();
  ASSIGN_OR_RETURN(
      const RecipeRow stored, deps_.db->RunTx(call.tenant(), "create_recipe", [&](pqxx::work& tx) {
        return InsertRecipe(
            tx, call.tenant(), row,
            call.Event("CREATE_RECIPE", RecipeName(call.tenant().id(), row.recipe_id)));
      }));
  v1::CreateRecipeResponse response;
  *response.mutable_recipe() = ToProto(call.tenant(), stored);
  return response;
}

}  // namespace oboro::abstraction

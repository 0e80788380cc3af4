#pragma once

#include <grpcpp/grpcpp.h>

#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "services/abstraction/create_recipe_handler.h"
#include "services/abstraction/get_recipe_handler.h"
#include "services/abstraction/list_recipe_versions_handler.h"
#include "services/abstraction/list_recipes_handler.h"
#include "services/abstraction/preview_recipe_handler.h"
#include "services/platform/rpc/adapter.h"

namespace oboro::abstraction {

// oboro.abstraction.v1.RecipeService: each call through the adapter to its handler.
class RecipeServiceImpl final : public v1::RecipeService::Service {
 public:
  RecipeServiceImpl(platform::Adapter* adapter, const Deps& deps);

  grpc::Status CreateRecipe(grpc::ServerContext* context, const v1::CreateRecipeRequest* request,
                            v1::CreateRecipeResponse* response) override;
  grpc::Status GetRecipe(grpc::ServerContext* context, const v1::GetRecipeRequest* request,
                         v1::GetRecipeResponse* response) override;
  grpc::Status ListRecipes(grpc::ServerContext* context, const v1::ListRecipesRequest* request,
                           v1::ListRecipesResponse* response) override;
  grpc::Status ListRecipeVersions(grpc::ServerContext* context,
                                  const v1::ListRecipeVersionsRequest* request,
                                  v1::ListRecipeVersionsResponse* response) override;
  grpc::Status PreviewRecipe(grpc::ServerContext* context, const v1::PreviewRecipeRequest* request,
                             v1::PreviewRecipeResponse* response) override;

 private:
  platform::Adapter& adapter_;
  CreateRecipeHandler create_recipe_;
  GetRecipeHandler get_recipe_;
  ListRecipesHandler list_recipes_;
  ListRecipeVersionsHandler list_recipe_versions_;
  PreviewRecipeHandler preview_recipe_;
};

}  // namespace oboro::abstraction

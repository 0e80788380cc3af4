#include "services/abstraction/recipe_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::abstraction {

using platform::CallContext;

RecipeServiceImpl::RecipeServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      create_recipe_(deps),
      get_recipe_(deps),
      list_recipes_(deps),
      list_recipe_versions_(deps),
      preview_recipe_(deps) {}

grpc::Status RecipeServiceImpl::CreateRecipe(grpc::ServerContext* context,
                                             const v1::CreateRecipeRequest* request,
                                             v1::CreateRecipeResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return create_recipe_.Handle(call, message);
                               });
}

grpc::Status RecipeServiceImpl::GetRecipe(grpc::ServerContext* context,
                                          const v1::GetRecipeRequest* request,
                                          v1::GetRecipeResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return get_recipe_.Handle(call, message);
                               });
}

grpc::Status RecipeServiceImpl::ListRecipes(grpc::ServerContext* context,
                                            const v1::ListRecipesRequest* request,
                                            v1::ListRecipesResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_recipes_.Handle(call, message);
                               });
}

grpc::Status RecipeServiceImpl::ListRecipeVersions(grpc::ServerContext* context,
                                                   const v1::ListRecipeVersionsRequest* request,
                                                   v1::ListRecipeVersionsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_recipe_versions_.Handle(call, message);
                               });
}

grpc::Status RecipeServiceImpl::PreviewRecipe(grpc::ServerContext* context,
                                              const v1::PreviewRecipeRequest* request,
                                              v1::PreviewRecipeResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return preview_recipe_.Handle(call, message);
                               });
}

}  // namespace oboro::abstraction

#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Applies a recipe, stored or not, to at most 50 records that are made up by the dataset's layout,
// with a key made up too: no record, key or link number of the tenant is touched, nothing stored.
class PreviewRecipeHandler {
 public:
  explicit PreviewRecipeHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::PreviewRecipeResponse> Handle(const platform::CallContext& call,
                                                   const v1::PreviewRecipeRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

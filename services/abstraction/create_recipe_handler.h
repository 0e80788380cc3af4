#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Stores a recipe that was read without a fault as the next version; the newest version's own
// document makes none.
class CreateRecipeHandler {
 public:
  explicit CreateRecipeHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateRecipeResponse> Handle(const platform::CallContext& call,
                                                  const v1::CreateRecipeRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

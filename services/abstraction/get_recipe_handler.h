#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Tells one recipe, the newest version unless one is named.
class GetRecipeHandler {
 public:
  explicit GetRecipeHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetRecipeResponse> Handle(const platform::CallContext& call,
                                               const v1::GetRecipeRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

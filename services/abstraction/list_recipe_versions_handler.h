#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Tells every version of one recipe, newest first.
class ListRecipeVersionsHandler {
 public:
  explicit ListRecipeVersionsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListRecipeVersionsResponse> Handle(
      const platform::CallContext& call, const v1::ListRecipeVersionsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

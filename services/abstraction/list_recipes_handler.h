#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Tells the newest versions by id.
class ListRecipesHandler {
 public:
  explicit ListRecipesHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListRecipesResponse> Handle(const platform::CallContext& call,
                                                 const v1::ListRecipesRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Queues abstraction.run for an accepted snapshot and a version of a recipe. Idempotent by
// request_id.
class CreateAbstractionHandler {
 public:
  explicit CreateAbstractionHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateAbstractionResponse> Handle(const platform::CallContext& call,
                                                       const v1::CreateAbstractionRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

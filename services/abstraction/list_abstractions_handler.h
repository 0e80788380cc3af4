#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Tells a tenant's abstractions, newest first.
class ListAbstractionsHandler {
 public:
  explicit ListAbstractionsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListAbstractionsResponse> Handle(const platform::CallContext& call,
                                                      const v1::ListAbstractionsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

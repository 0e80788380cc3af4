#pragma once

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::abstraction {

// Tells one abstraction's columns and counts; services also learn where its object is.
class GetAbstractionHandler {
 public:
  explicit GetAbstractionHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetAbstractionResponse> Handle(const platform::CallContext& call,
                                                    const v1::GetAbstractionRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::abstraction

#pragma once

#include "absl/status/statusor.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/verification/deps.h"

namespace oboro::verification {

// Queues verification.run for an abstraction and the newest version of a policy, both of which must
// exist. Idempotent by request_id.
class VerifyAbstractionHandler {
 public:
  explicit VerifyAbstractionHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::VerifyAbstractionResponse> Handle(const platform::CallContext& call,
                                                       const v1::VerifyAbstractionRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::verification

#pragma once

#include "absl/status/statusor.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/verification/deps.h"

namespace oboro::verification {

// Tells a tenant's verdicts, newest first. The reading is audited.
class ListVerdictsHandler {
 public:
  explicit ListVerdictsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListVerdictsResponse> Handle(const platform::CallContext& call,
                                                  const v1::ListVerdictsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::verification

#pragma once

#include "absl/status/statusor.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/verification/deps.h"

namespace oboro::verification {

// Tells one verdict as it was signed. The reading is audited.
class GetVerdictHandler {
 public:
  explicit GetVerdictHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetVerdictResponse> Handle(const platform::CallContext& call,
                                                const v1::GetVerdictRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::verification

#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Stores a profile that fits the dataset's schema; the same id again replaces it.
class SaveProfileHandler {
 public:
  explicit SaveProfileHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::SaveProfileResponse> Handle(const platform::CallContext& call,
                                                 const v1::SaveProfileRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

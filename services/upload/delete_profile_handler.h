#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Deletes a profile; snapshots keep what they were opened with.
class DeleteProfileHandler {
 public:
  explicit DeleteProfileHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::DeleteProfileResponse> Handle(const platform::CallContext& call,
                                                   const v1::DeleteProfileRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

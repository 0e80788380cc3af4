#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Tells one snapshot; services also learn where its object is.
class GetSnapshotHandler {
 public:
  explicit GetSnapshotHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetSnapshotResponse> Handle(const platform::CallContext& call,
                                                 const v1::GetSnapshotRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

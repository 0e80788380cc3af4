#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Destroys the data keys of a snapshot's records and findings, then their bytes. Idempotent. A
// service is answered without a change when the dataset retains its snapshots.
class DestroySnapshotHandler {
 public:
  explicit DestroySnapshotHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::DestroySnapshotResponse> Handle(const platform::CallContext& call,
                                                     const v1::DestroySnapshotRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

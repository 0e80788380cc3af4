#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Closes the stream durably and queues the check in the transaction that closes the snapshot.
// Idempotent.
class CompleteSnapshotHandler {
 public:
  explicit CompleteSnapshotHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CompleteSnapshotResponse> Handle(const platform::CallContext& call,
                                                      const v1::CompleteSnapshotRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

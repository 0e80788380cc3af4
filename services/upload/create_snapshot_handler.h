#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Opens a snapshot: its row and its data key, before any byte. Idempotent by request_id.
class CreateSnapshotHandler {
 public:
  explicit CreateSnapshotHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateSnapshotResponse> Handle(const platform::CallContext& call,
                                                    const v1::CreateSnapshotRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

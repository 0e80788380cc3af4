#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Tells the snapshots of a dataset, newest first.
class ListSnapshotsHandler {
 public:
  explicit ListSnapshotsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListSnapshotsResponse> Handle(const platform::CallContext& call,
                                                   const v1::ListSnapshotsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Takes pieces of a file, encrypts them as they arrive and answers how far they are durable. Memory
// is one message and one chunk, whatever the file's size. A call that comes later takes the pen
// over: what the earlier one commits after that fails with WRITER_REPLACED.
class AppendSnapshotHandler {
 public:
  using Next = std::function<bool(v1::AppendSnapshotRequest*)>;

  explicit AppendSnapshotHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::AppendSnapshotResponse> Handle(const platform::CallContext& call,
                                                    const v1::AppendSnapshotRequest& first,
                                                    const Next& next);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

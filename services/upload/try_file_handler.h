#pragma once

#include <chrono>
#include <semaphore>
#include <utility>

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/check_job.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Reads the beginning of a file as the check would and tells what it saw: nothing is stored or
// logged. The bytes are as little trusted as those of an upload: they are read in a job's child
// (closed sandbox, 256 MiB, 10 s), of which few run at one time.
class TryFileHandler {
 public:
  // A call waits for its turn as long as `patience`.
  TryFileHandler(const Deps& deps, CheckJob::RunChildFn run_child,
                 std::chrono::milliseconds patience = std::chrono::seconds(5))
      : deps_(deps), run_child_(std::move(run_child)), patience_(patience) {}
  absl::StatusOr<v1::TryFileResponse> Handle(const platform::CallContext& call,
                                             const v1::TryFileRequest& request);

 private:
  static constexpr int kAtOnce = 2;

  const Deps& deps_;
  CheckJob::RunChildFn run_child_;
  const std::chrono::milliseconds patience_;
  std::counting_semaphore<kAtOnce> slots_{kAtOnce};
};

}  // namespace oboro::upload

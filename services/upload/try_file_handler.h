#pragma once

#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/check_job.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Reads the beginning of a file as the check would and tells what it saw: nothing is stored or
// logged. The bytes are as little trusted as those of an upload: they are read in a job's child
// (closed sandbox, 256 MiB, 10 s), of which few run at one time, and one of a tenant: nobody waits
// for a neighbour who tries files all day.
class TryFileHandler {
 public:
  // A call waits for its turn as long as `patience`.
  TryFileHandler(const Deps& deps, CheckJob::RunChildFn run_child,
                 absl::Duration patience = absl::Seconds(5))
      : deps_(deps), run_child_(std::move(run_child)), patience_(patience) {}
  absl::StatusOr<v1::TryFileResponse> Handle(const platform::CallContext& call,
                                             const v1::TryFileRequest& request);

 private:
  static constexpr size_t kAtOnce = 2;

  // False when no place for the tenant came free in time.
  bool Enter(const std::string& tenant_id);
  void Leave(const std::string& tenant_id);

  const Deps& deps_;
  CheckJob::RunChildFn run_child_;
  const absl::Duration patience_;
  absl::Mutex mutex_;
  std::set<std::string> inside_ ABSL_GUARDED_BY(mutex_);  // Tenants that try a file.
};

}  // namespace oboro::upload

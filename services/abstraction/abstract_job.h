#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "services/abstraction/deps.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"

namespace oboro::abstraction {

// abstraction.run makes the abstraction and, in the transaction that makes it visible, queues
// abstraction.release, which has upload destroy the raw snapshot (unless the dataset retains it):
// so a crash in between cannot forget the destruction. One handler for both kinds.
class AbstractJob final : public platform::JobHandler {
 public:
  using RunChildFn = std::function<absl::StatusOr<platform::ChildResult>(platform::ChildRequest)>;

  AbstractJob(const Deps& deps, RunChildFn run_child)
      : deps_(deps), run_child_(std::move(run_child)) {}

  absl::Status Run(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                   const std::function<bool(const platform::ChildProgress&)>& heartbeat) override;
  absl::Status Abandon(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                       const absl::Status& why) override;
  absl::Status Sweep(const platform::TenantContext& tenant) override;

 private:
  absl::Status Abstract(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                        const std::function<bool(const platform::ChildProgress&)>& heartbeat);
  absl::Status CheckDepartment(const platform::TenantContext& tenant,
                               const platform::LeasedJob& job);
  absl::Status Release(const platform::TenantContext& tenant, const platform::LeasedJob& job);

  const Deps& deps_;
  RunChildFn run_child_;
};

}  // namespace oboro::abstraction

#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"
#include "services/upload/deps.h"
#include "services/upload/names.h"

namespace oboro::upload {

// upload.check: runs RunCheck in a child and settles the snapshot. Accepted: counts, findings and
// state in one transaction with the job's end. Refused: the records' key and bytes are destroyed
// and the job fails with the refusal; the findings stay for the steward. Cancelled or impossible:
// the snapshot is open again, as acknowledged.
class CheckJob final : public platform::JobHandler {
 public:
  using RunChildFn = std::function<absl::StatusOr<platform::ChildResult>(platform::ChildRequest)>;

  CheckJob(const Deps& deps, RunChildFn run_child)
      : deps_(deps), run_child_(std::move(run_child)) {}

  absl::Status Run(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                   const std::function<bool(const platform::ChildProgress&)>& heartbeat) override;
  absl::Status Abandon(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                       const absl::Status& why) override;
  absl::Status Sweep(const platform::TenantContext& tenant) override;

 private:
  const Deps& deps_;
  RunChildFn run_child_;
};

}  // namespace oboro::upload

#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"
#include "services/verification/deps.h"

namespace oboro::verification {

// verification.run: measures an abstraction in a child, compares with the policy and stores a
// verdict signed with the tenant's key. What is measured and what the verdict's digest names are
// the same bytes: the ciphertext is hashed on its way to the child, and an object that is not the
// one that the abstraction tells of ends the job (ABSTRACTION_CHANGED).
class VerifyJob final : public platform::JobHandler {
 public:
  using RunChildFn = std::function<absl::StatusOr<platform::ChildResult>(platform::ChildRequest)>;

  VerifyJob(const Deps& deps, RunChildFn run_child)
      : deps_(deps), run_child_(std::move(run_child)) {}

  absl::Status Run(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                   const std::function<bool(const platform::ChildProgress&)>& heartbeat) override;
  // A verification that did not end leaves nothing but its operation.
  absl::Status Abandon(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                       const absl::Status& why) override;

 private:
  const Deps& deps_;
  RunChildFn run_child_;
};

}  // namespace oboro::verification

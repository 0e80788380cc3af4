#pragma once

#include <functional>
#include <string>

#include "services/aggregation/deps.h"
#include "services/aggregation/ledger_store.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"

namespace oboro::aggregation {

// The service's half of aggregation.run: checks the evidence again, hands the encrypted abstraction
// and the dataset's ledger to the child, and makes the protected table visible in one transaction
// with its provenance, its entry in the ledger and the ledger's next version. The statistic's id is
// the job's, so that a repeated attempt makes the same one. What the ledger refuses is noted and
// audited.
class AggregationJob final : public platform::JobHandler {
 public:
  explicit AggregationJob(const Deps& deps) : deps_(deps) {}

  absl::Status Run(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                   const std::function<bool(const platform::ChildProgress&)>& heartbeat) override;
  absl::Status Abandon(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                       const absl::Status& why) override;

 private:
  struct Work;
  // `because`: what a refusing child named (ledger_result.h).
  absl::Status Make(const Work& work, std::string& because);
  absl::Status Refuse(const Work& work, const std::string& because);

  const Deps& deps_;
  DatasetTurns turns_;
};

}  // namespace oboro::aggregation

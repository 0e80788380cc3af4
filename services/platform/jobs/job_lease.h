#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/job_queue.h"

// What the worker does to rows of jobs.jobs. Every change of a leased job names its attempt and is
// nothing when another lease was given meanwhile.
namespace oboro::platform::jobs_internal {

struct Lease {
  TenantContext tenant;
  LeasedJob job;
  bool cancel_requested = false;
};

// Takes the next job, if any is ready, in fair order.
absl::StatusOr<std::optional<Lease>> LeaseNext(Db& db, const WorkerOptions& options,
                                               absl::Time now);

// Where a leased job stands.
enum class Hold { kHeld, kCancelRequested, kLost };

// Lengthens the lease and tells progress, if any.
absl::StatusOr<Hold> RenewLease(Db& db, const TenantContext& tenant, const LeasedJob& job,
                                const std::optional<ChildProgress>& progress,
                                absl::Time lease_expires, absl::Time now);

// Puts the job back: `failed` counts against its attempts.
absl::Status HandBack(Db& db, const TenantContext& tenant, const LeasedJob& job, bool failed,
                      absl::Time not_before, absl::Time now);

// Shows the job as ended: CANCELLED when `why` is of code CANCELLED, FAILED otherwise. False when
// the lease was lost or it had ended.
absl::StatusOr<bool> EndJob(Db& db, const TenantContext& tenant, const LeasedJob& job,
                            const absl::Status& why, absl::Time now);

}  // namespace oboro::platform::jobs_internal

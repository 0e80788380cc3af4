#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/base/clock.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/jobs/child_process.h"

namespace oboro::platform {

// A job to be queued. The row is the operation that users see.
struct NewJob {
  std::string kind;         // As "upload.check".
  std::string actor;        // user:{issuer}#{subject}; its authority is checked again at the lease.
  std::string permission;   // Full method name whose policy the actor must still satisfy.
  std::string target_name;  // Resource worked on.
  std::string params;       // JSON, names and figures only.
  // Empty, or unique per tenant and kind: the same again answers the same job, and by another actor
  // or with another target, permission or params ALREADY_EXISTS, reason REQUEST_ID_REUSED.
  std::string request_id;
  // The dataset whose records are worked on, for the audit event; empty when the target tells.
  std::string dataset;
};

// Inserts a queued job in `tx` and answers its id. The tenant's quota of concurrent jobs is checked
// at the lease, not here: a job waits for its turn.
absl::StatusOr<std::string> EnqueueJob(pqxx::work& tx, const TenantContext& tenant,
                                       const NewJob& job, absl::Time now);

// A leased job in the hands of a worker.
struct LeasedJob {
  std::string job_id;
  std::string kind;
  std::string actor;
  std::string target_name;
  std::string params;
  int attempt = 0;  // Told apart by it: a later lease of the same job has a higher one.
  std::string permission;
  int failures = 0;  // Attempts before this one that failed or died.
};

// What a service does with a leased job, in the service's process: loads keys and objects, calls
// RunChild, then writes rows and marks the job done IN ONE transaction (CompleteJob). Must be
// idempotent: a crash at any moment leads to another attempt. `heartbeat(progress)` answers false
// when the lease is lost or cancelled.
class JobHandler {
 public:
  virtual ~JobHandler() = default;
  virtual absl::Status Run(const TenantContext& tenant, const LeasedJob& job,
                           const std::function<bool(const ChildProgress&)>& heartbeat) = 0;
  // Removes what failed attempts left (objects, PENDING data keys, half states) after the last
  // attempt or a cancel; runs before the job is shown as ended. Failing leaves the job to be leased
  // again, so it must be idempotent too.
  virtual absl::Status Abandon(const TenantContext& tenant, const LeasedJob& job,
                               const absl::Status& why) = 0;
  // Removes what crashes left in a tenant, whatever job it was of (job_sweep.h). Runs at the start
  // and every few minutes, for active and shredded tenants.
  virtual absl::Status Sweep(const TenantContext& tenant) { return absl::OkStatus(); }
};

// Marks a leased job SUCCEEDED inside the transaction that makes its result visible; answers
// ABORTED (LEASE_LOST) when the lease is no longer held, CANCELLED (JOB_CANCELLED) when the job is
// to stop: either rolls the result back. Adds its worker seconds to the tenant's usage.
absl::Status CompleteJob(pqxx::work& tx, const TenantContext& tenant, const LeasedJob& job,
                         const std::string& result_name, const std::vector<ChildStage>& stages,
                         absl::Time now);

struct WorkerOptions {
  std::string owner;  // Unique per process.
  std::vector<std::string> kinds;
  int threads = 1;
  absl::Duration lease = absl::Seconds(15);  // Renewed by heartbeats at a third of it.
  int max_attempts = 3;
  absl::Duration poll = absl::Milliseconds(250);  // Between looks at an empty queue.
  absl::Duration retry_after = absl::Seconds(1);  // After a first failure; doubled with each more.
  absl::Duration sweep_every = absl::Minutes(5);
  // Called as a job ends, with kind and state; for metrics. May be empty.
  std::function<void(const std::string& kind, const std::string& state)> on_end;
};

// Leases jobs fairly between tenants (the tenant with the fewest running jobs first, then the
// oldest job), within each tenant's quota of concurrent jobs, resolves the tenant and the actor's
// authority again, runs the handler. Retries what is UNAVAILABLE or ABORTED and dead leases, up to
// `max_attempts`; JOB_CHILD_DIED once. Jobs of suspended and sealed tenants wait, running ones go
// back to the queue; those of shredded tenants fail. Jobs handed back (Stop, closed gate) count no
// failure.
class Worker {
 public:
  // Says whether `actor` may still call `permission` in this tenant (identity/).
  using Authorize = std::function<absl::Status(const TenantContext&, const std::string& actor,
                                               const std::string& permission)>;
  Worker(Db* db, const Clock* clock, WorkerOptions options, JobHandler* handler,
         Authorize authorize);
  ~Worker();
  void Start();
  // Lets running jobs go back to the queue (their heartbeat answers false) and joins.
  void Stop();
  // Looks at the queue at once: after a job was queued in this process.
  void Wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform

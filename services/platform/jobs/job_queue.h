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

namespace oboro::platform {

// A job to be queued. The row is the operation that users see.
struct NewJob {
  std::string kind;         // As "upload.check".
  std::string actor;        // user:{issuer}#{subject}; its authority is checked again at the lease.
  std::string permission;   // Full method name whose policy the actor must still satisfy.
  std::string target_name;  // Resource worked on.
  std::string params;       // JSON, names and figures only.
  std::string
      request_id;  // Empty, or unique per tenant and kind: the same again answers the same job.
};

// Inserts a queued job in `tx`, within the tenant's quota of concurrent jobs being checked at the
// lease; answers its id.
absl::StatusOr<std::string> EnqueueJob(pqxx::work& tx, const TenantContext& tenant,
                                       const NewJob& job, absl::Time now);

// A leased job in the hands of a worker.
struct LeasedJob {
  std::string job_id;
  std::string kind;
  std::string actor;
  std::string target_name;
  std::string params;
  int attempt = 0;
};

// What a service does with a leased job, in the service's process: loads keys and objects, calls
// RunChild, then writes rows and marks the job done IN ONE transaction (CompleteJob). Must be
// idempotent: a crash at any moment leads to another attempt. `heartbeat(progress)` answers false
// when the lease is lost or cancelled.
class JobHandler {
 public:
  virtual ~JobHandler() = default;
  virtual absl::Status Run(const TenantContext& tenant, const LeasedJob& job,
                           const std::function<bool(const struct ChildProgress&)>& heartbeat) = 0;
  // Removes what failed attempts left (objects, PENDING data keys, half states) after the last
  // attempt or a cancel; runs before the job is shown as ended.
  virtual absl::Status Abandon(const TenantContext& tenant, const LeasedJob& job,
                               const absl::Status& why) = 0;
};

// Marks a leased job SUCCEEDED inside the transaction that makes its result visible; fails
// (ABORTED) when the lease is no longer held, which rolls the result back.
absl::Status CompleteJob(pqxx::work& tx, const TenantContext& tenant, const LeasedJob& job,
                         const std::string& result_name,
                         const std::vector<struct ChildStage>& stages, absl::Time now);

struct WorkerOptions {
  std::string owner;  // Unique per process.
  std::vector<std::string> kinds;
  int threads = 1;
  absl::Duration lease = absl::Seconds(15);  // Renewed by heartbeats at a third of it.
  int max_attempts = 3;
};

// Leases jobs fairly between tenants (the tenant with the fewest running jobs first, then the
// oldest), resolves the tenant and the actor's authority again, runs the handler. Retries only what
// is UNAVAILABLE, ABORTED or a dead lease; JOB_CHILD_DIED once. Starts by sweeping leases and
// orphan objects of its own kinds.
class Worker {
 public:
  // Says whether `actor` may still call `permission` in this tenant (identity/).
  using Authorize = std::function<absl::Status(const TenantContext&, const std::string& actor,
                                               const std::string& permission)>;
  Worker(Db* db, const Clock* clock, WorkerOptions options, JobHandler* handler,
         Authorize authorize);
  ~Worker();
  void Start();
  // Lets running jobs go back to the queue and joins.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform

#include "services/platform/jobs/job_lease.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/db/usage.h"
#include "services/platform/jobs/job_rows.h"

namespace oboro::platform::jobs_internal {
namespace {

// Kinds hold nothing that an array literal would have to quote (a CHECK of the table).
std::string KindsArray(const std::vector<std::string>& kinds) {
  return absl::StrCat("{", absl::StrJoin(kinds, ","), "}");
}

absl::StatusOr<TenantContext> TenantOf(const pqxx::row& row) {
  const std::string state = TextOf(row["state"]);
  return TenantContext::MakeResolved(
      TextOf(row["tenant_id"]), TextOf(row["municipality_code"]), row["population"].as<int64_t>(),
      state == "ACTIVE" ? TenantState::kActive : TenantState::kShredded);
}

// Ready: queued and due, or leased by a worker that is no more.
#define OBORO_READY                                                    \
  "(j.state = 'QUEUED' AND (j.not_before <= $2 OR j.cancel_requested)" \
  " OR j.state = 'RUNNING' AND j.lease_expires <= $2)"

// Tenants with a ready job, the one with the fewest running jobs first, then by their oldest.
absl::StatusOr<std::vector<TenantContext>> ReadyTenants(pqxx::work& tx, const std::string& kinds,
                                                        absl::Time now) {
  std::vector<TenantContext> tenants;
  for (const pqxx::row& row : tx.exec_params(
           "WITH ready AS (SELECT j.tenant_id, min(j.create_time) AS oldest,"
           "    bool_or(j.cancel_requested) AS cancels FROM jobs.jobs j"
           "  WHERE j.kind = ANY ($1::text[]) AND " OBORO_READY " GROUP BY j.tenant_id),"
           " running AS (SELECT r.tenant_id, count(*) AS jobs FROM jobs.jobs r"
           "  WHERE r.state = 'RUNNING' AND r.lease_expires > $2 GROUP BY r.tenant_id) "
           "SELECT t.tenant_id, t.municipality_code, t.population, t.state FROM ready"
           " JOIN tenancy.tenants t USING (tenant_id) JOIN tenancy.quotas q USING (tenant_id)"
           " LEFT JOIN running USING (tenant_id) "
           "WHERE t.state = 'SHREDDED' OR t.state = 'ACTIVE'"
           "  AND (cancels OR coalesce(running.jobs, 0) < q.concurrent_jobs) "
           "ORDER BY coalesce(running.jobs, 0), oldest, t.tenant_id",
           kinds, SqlTime(now))) {
    ASSIGN_OR_RETURN(TenantContext tenant, TenantOf(row));
    tenants.push_back(std::move(tenant));
  }
  return tenants;
}

// Whether another job of the tenant may run; makes leases of one tenant take turns.
bool TakeTurn(pqxx::work& tx, const TenantContext& tenant, absl::Time now) {
  tx.exec_params("UPDATE jobs.lanes SET leases = leases + 1 WHERE tenant_id = $1", tenant.id());
  const pqxx::row row = tx.exec_params1(
      "SELECT (SELECT count(*) FROM jobs.jobs r WHERE r.tenant_id = $1 AND r.state = 'RUNNING'"
      "  AND r.lease_expires > $2) < q.concurrent_jobs "
      "FROM tenancy.quotas q WHERE q.tenant_id = $1",
      tenant.id(), SqlTime(now));
  return row[0].as<bool>();
}

absl::StatusOr<std::optional<Lease>> LeaseOf(pqxx::work& tx, const TenantContext& tenant,
                                             const std::string& kinds, const WorkerOptions& options,
                                             absl::Time now) {
  const bool free = tenant.state() != TenantState::kActive || TakeTurn(tx, tenant, now);
  // A cancelled job needs no slot: it is only cleaned up after.
  const pqxx::result ready = tx.exec_params(
      "SELECT j.job_id, j.state FROM jobs.jobs j WHERE j.tenant_id = $3"
      " AND j.kind = ANY ($1::text[]) AND " OBORO_READY
      " AND ($4 OR j.cancel_requested)"
      " ORDER BY j.create_time, j.job_id LIMIT 1 FOR UPDATE SKIP LOCKED",
      kinds, SqlTime(now), tenant.id(), free);
  if (ready.empty()) return std::optional<Lease>();
  const bool died = TextOf(ready[0][1]) == "RUNNING";
  const pqxx::row row = tx.exec_params1(
      "UPDATE jobs.jobs SET state = 'RUNNING', attempt = attempt + 1, failures = failures + $3,"
      " lease_owner = $4, lease_expires = $5, start_time = $6, stage = '', done = 0, total = 0 "
      "WHERE tenant_id = $1 AND job_id = $2 "
      "RETURNING job_id, kind, actor, target_name, params::text, attempt, permission, failures,"
      " cancel_requested",
      tenant.id(), TextOf(ready[0][0]), died ? 1 : 0, options.owner, SqlTime(now + options.lease),
      SqlTime(now));
  LeasedJob job{TextOf(row[0]), TextOf(row[1]),   TextOf(row[2]), TextOf(row[3]),
                TextOf(row[4]), row[5].as<int>(), TextOf(row[6]), row[7].as<int>()};
  TenantContext copy = TenantContext::MakeResolved(tenant.id(), tenant.municipality_code(),
                                                   tenant.population(), tenant.state());
  return std::optional<Lease>(Lease{std::move(copy), std::move(job), row[8].as<bool>()});
}

// Adds the seconds since the attempt's start to the tenant's usage.
absl::Status AddSeconds(pqxx::work& tx, const TenantContext& tenant, const pqxx::field& start,
                        absl::Time now) {
  const double seconds = absl::ToDoubleSeconds(now - TimeOf(start));
  return AddUsage(tx, tenant, {.worker_seconds = std::max(0.0, seconds)});
}

}  // namespace

absl::StatusOr<std::optional<Lease>> LeaseNext(Db& db, const WorkerOptions& options,
                                               absl::Time now) {
  const std::string kinds = KindsArray(options.kinds);
  ASSIGN_OR_RETURN(const std::vector<TenantContext> tenants,
                   db.RunDirectoryTx("job_candidates",
                                     [&](pqxx::work& tx) { return ReadyTenants(tx, kinds, now); }));
  for (const TenantContext& tenant : tenants) {
    ASSIGN_OR_RETURN(std::optional<Lease> lease, db.RunTx(tenant, "job_lease", [&](pqxx::work& tx) {
      return LeaseOf(tx, tenant, kinds, options, now);
    }));
    if (lease.has_value()) return lease;
  }
  return std::optional<Lease>();
}

absl::StatusOr<Hold> RenewLease(Db& db, const TenantContext& tenant, const LeasedJob& job,
                                const std::optional<ChildProgress>& progress,
                                absl::Time lease_expires, absl::Time now) {
  return db.RunTx(tenant, "job_renew", [&](pqxx::work& tx) -> absl::StatusOr<Hold> {
    const pqxx::result renewed =
        progress.has_value()
            ? tx.exec_params(
                  "UPDATE jobs.jobs SET lease_expires = $4, stage = $5, done = $6, total = $7 "
                  "WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND state = 'RUNNING' "
                  "RETURNING cancel_requested",
                  tenant.id(), job.job_id, job.attempt, SqlTime(lease_expires), progress->stage,
                  std::max<int64_t>(0, progress->done), std::max<int64_t>(0, progress->total))
            : tx.exec_params(
                  "UPDATE jobs.jobs SET lease_expires = $4 "
                  "WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND state = 'RUNNING' "
                  "RETURNING cancel_requested",
                  tenant.id(), job.job_id, job.attempt, SqlTime(lease_expires));
    if (renewed.empty()) return Hold::kLost;
    return renewed[0][0].as<bool>() ? Hold::kCancelRequested : Hold::kHeld;
  });
}

absl::Status HandBack(Db& db, const TenantContext& tenant, const LeasedJob& job, bool failed,
                      absl::Time not_before, absl::Time now) {
  return db.RunTx(tenant, "job_hand_back", [&](pqxx::work& tx) -> absl::Status {
    const pqxx::result rows = tx.exec_params(
        "UPDATE jobs.jobs SET state = 'QUEUED', lease_owner = NULL, lease_expires = NULL,"
        " not_before = $4, failures = failures + $5, stage = '', done = 0, total = 0 "
        "WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND state = 'RUNNING' "
        "RETURNING start_time",
        tenant.id(), job.job_id, job.attempt, SqlTime(not_before), failed ? 1 : 0);
    if (rows.empty()) return absl::OkStatus();
    return AddSeconds(tx, tenant, rows[0][0], now);
  });
}

absl::StatusOr<bool> EndJob(Db& db, const TenantContext& tenant, const LeasedJob& job,
                            const absl::Status& why, absl::Time now) {
  return db.RunTx(tenant, "job_end", [&](pqxx::work& tx) -> absl::StatusOr<bool> {
    const bool cancelled = absl::IsCancelled(why);
    const pqxx::result rows = tx.exec_params(
        "UPDATE jobs.jobs SET state = $4, error = nullif($5, '')::jsonb, end_time = $6,"
        " lease_owner = NULL, lease_expires = NULL "
        "WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND state = 'RUNNING' "
        "RETURNING start_time",
        tenant.id(), job.job_id, job.attempt, cancelled ? "CANCELLED" : "FAILED",
        cancelled ? std::string() : JobErrorJson(why), SqlTime(now));
    if (rows.empty()) return false;
    RETURN_IF_ERROR(AddSeconds(tx, tenant, rows[0][0], now));
    return true;
  });
}

}  // namespace oboro::platform::jobs_internal

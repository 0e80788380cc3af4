#include "services/platform/jobs/job_queue.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/db/usage.h"
#include "services/platform/jobs/request_params.h"
#include "services/platform/jobs/wake.h"

namespace oboro::platform {
namespace {

absl::Status RequestIdReused() {
  return ReasonedError(
      absl::StatusCode::kAlreadyExists,
      {"REQUEST_ID_REUSED",
       "This request_id was used for another request; take a new one for each request.",
       "この request_id は別の要求で使用済みです。要求ごとに新しい値を指定してください。",
       {}});
}

std::string StagesJson(const std::vector<ChildStage>& stages) {
  nlohmann::json json = nlohmann::json::array();
  for (const ChildStage& stage : stages) {
    json.push_back({{"stage", stage.stage},
                    {"seconds", stage.seconds},
                    {"records", stage.records},
                    {"peak_memory_bytes", stage.peak_memory_bytes}});
  }
  return json.dump();
}

// Why a job cannot be completed by this attempt.
absl::Status NotHeld(bool cancelled) {
  if (cancelled) {
    return ReasonedError(
        absl::StatusCode::kCancelled,
        {"JOB_CANCELLED", "The operation was cancelled.", "処理は取り消されました。", {}});
  }
  return ReasonedError(absl::StatusCode::kAborted, {"LEASE_LOST",
                                                    "The work was taken over by another worker.",
                                                    "処理は別のワーカーに引き継がれました。",
                                                    {}});
}

}  // namespace

absl::StatusOr<std::string> EnqueueJob(pqxx::work& tx, const TenantContext& tenant,
                                       const NewJob& job, absl::Time now) {
  const std::string params = job.params.empty() ? "{}" : job.params;
  tx.exec_params("INSERT INTO jobs.lanes (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING",
                 tenant.id());
  const pqxx::result inserted = tx.exec_params(
      "INSERT INTO jobs.jobs (tenant_id, job_id, kind, actor, permission, target_name, params,"
      " request_id, not_before, create_time) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $9)"
      " ON CONFLICT (tenant_id, kind, request_id) WHERE request_id <> '' DO NOTHING "
      "RETURNING job_id",
      tenant.id(), NewId(), job.kind, job.actor, job.permission, job.target_name, params,
      job.request_id, SqlTime(now));
  if (!inserted.empty()) {
    jobs_internal::WakeWorkers(job.kind);
    return TextOf(inserted[0][0]);
  }
  const pqxx::row before = tx.exec_params1(
      "SELECT job_id, target_name = $4 AND permission = $5 AND actor = $6 AND params = $7::jsonb"
      " FROM jobs.jobs WHERE tenant_id = $1 AND kind = $2 AND request_id = $3",
      tenant.id(), job.kind, job.request_id, job.target_name, job.permission, job.actor, params);
  if (!before[1].as<bool>()) return RequestIdReused();
  return TextOf(before[0]);
}

absl::StatusOr<std::optional<std::string>> ParamsOfRequest(pqxx::work& tx,
                                                           const TenantContext& tenant,
                                                           const std::string& kind,
                                                           const std::string& request_id) {
  if (request_id.empty()) return std::optional<std::string>();
  const pqxx::result before = tx.exec_params(
      "SELECT params::text FROM jobs.jobs WHERE tenant_id = $1 AND kind = $2 AND request_id = $3",
      tenant.id(), kind, request_id);
  if (before.empty()) return std::optional<std::string>();
  return std::optional<std::string>(TextOf(before[0][0]));
}

absl::Status CompleteJob(pqxx::work& tx, const TenantContext& tenant, const LeasedJob& job,
                         const std::string& result_name, const std::vector<ChildStage>& stages,
                         absl::Time now) {
  const pqxx::result rows = tx.exec_params(
      "UPDATE jobs.jobs SET state = 'SUCCEEDED', result_name = $4, stages = $5::jsonb,"
      " end_time = $6, lease_owner = NULL, lease_expires = NULL "
      "WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND state = 'RUNNING'"
      " AND NOT cancel_requested RETURNING start_time",
      tenant.id(), job.job_id, job.attempt, result_name, StagesJson(stages), SqlTime(now));
  if (!rows.empty()) {
    const double seconds = absl::ToDoubleSeconds(now - TimeOf(rows[0][0]));
    return AddUsage(tx, tenant, {.worker_seconds = std::max(0.0, seconds)});
  }
  const pqxx::result held = tx.exec_params(
      "SELECT cancel_requested FROM jobs.jobs "
      "WHERE tenant_id = $1 AND job_id = $2 AND attempt = $3 AND state = 'RUNNING'",
      tenant.id(), job.job_id, job.attempt);
  return NotHeld(!held.empty() && held[0][0].as<bool>());
}

}  // namespace oboro::platform

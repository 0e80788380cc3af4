#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/jobs/child_process.h"

namespace oboro::platform {

// A job as its row tells: what the operation RPCs show.
struct JobRow {
  std::string job_id;
  std::string kind;
  std::string state;  // QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED.
  std::string stage;
  int64_t done = 0;
  int64_t total = 0;
  std::vector<ChildStage> stages;  // Those of a job that succeeded.
  std::string actor;
  std::string permission;
  std::string target_name;
  std::string result_name;
  absl::Status error;  // Not OK exactly when FAILED; carries its reason.
  bool cancel_requested = false;
  int attempt = 0;
  absl::Time create_time;
  absl::Time end_time;  // InfinitePast while it has not ended.

  bool ended() const { return state == "SUCCEEDED" || state == "FAILED" || state == "CANCELLED"; }
};

// A page of jobs, newest first.
struct JobPage {
  std::vector<JobRow> jobs;
  std::string next_page_token;  // Empty on the last page.
};

// One job; NOT_FOUND when there is none of this id in the tenant (or, for other services than
// tenancy, when it is of another service's kind).
absl::StatusOr<JobRow> GetJob(pqxx::work& tx, const TenantContext& tenant,
                              const std::string& job_id);

// At most `page_size` jobs after `page_token` (an answer's, or empty). A token that is none of ours
// answers INVALID_ARGUMENT, reason INVALID_PAGE_TOKEN.
absl::StatusOr<JobPage> ListJobs(pqxx::work& tx, const TenantContext& tenant, int page_size,
                                 const std::string& page_token);

// Notes that the job is to stop and answers it as it is then; a job that has ended is unchanged.
// The worker removes what it had half done before it is shown as CANCELLED.
absl::StatusOr<JobRow> RequestCancel(pqxx::work& tx, const TenantContext& tenant,
                                     const std::string& job_id, const AuditEvent& event,
                                     absl::Time now);

// A status as the column `error` keeps it and back: code, reason, both messages, metadata.
std::string JobErrorJson(const absl::Status& status);
absl::Status JobErrorFromJson(const std::string& json);

}  // namespace oboro::platform

#include "services/platform/jobs/job_rows.h"

#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::platform {
namespace {

constexpr char kColumns[] =
    "job_id, kind, state, stage, done, total, stages::text AS stages, actor, permission,"
    " target_name, result_name, error::text AS error, cancel_requested, attempt, create_time,"
    " end_time";

std::vector<ChildStage> StagesFromJson(const std::string& text) {
  std::vector<ChildStage> stages;
  for (const nlohmann::json& stage : nlohmann::json::parse(text)) {
    stages.push_back({stage.at("stage"), stage.at("seconds"), stage.at("records"),
                      stage.at("peak_memory_bytes")});
  }
  return stages;
}

JobRow JobOf(const pqxx::row& row) {
  JobRow job;
  job.job_id = TextOf(row["job_id"]);
  job.kind = TextOf(row["kind"]);
  job.state = TextOf(row["state"]);
  job.stage = TextOf(row["stage"]);
  job.done = row["done"].as<int64_t>();
  job.total = row["total"].as<int64_t>();
  job.stages = StagesFromJson(TextOf(row["stages"]));
  job.actor = TextOf(row["actor"]);
  job.permission = TextOf(row["permission"]);
  job.target_name = TextOf(row["target_name"]);
  job.result_name = TextOf(row["result_name"]);
  if (!row["error"].is_null()) job.error = JobErrorFromJson(TextOf(row["error"]));
  job.cancel_requested = row["cancel_requested"].as<bool>();
  job.attempt = row["attempt"].as<int>();
  job.create_time = TimeOf(row["create_time"]);
  job.end_time = TimeOf(row["end_time"]);
  return job;
}

// Where a page ended: "{microseconds}.{job}".
std::string PageToken(const JobRow& last) {
  return absl::StrCat(absl::ToUnixMicros(last.create_time), ".", last.job_id);
}

absl::Status InvalidPageToken() {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"INVALID_PAGE_TOKEN",
                        "The page_token is not one of an earlier answer; begin without one.",
                        "page_token が正しくありません。指定せずに最初から取得してください。",
                        {}});
}

}  // namespace

absl::StatusOr<JobRow> GetJob(pqxx::work& tx, const TenantContext& tenant,
                              const std::string& job_id) {
  const pqxx::result rows = tx.exec_params(
      absl::StrCat("SELECT ", kColumns, " FROM jobs.jobs WHERE tenant_id = $1 AND job_id = $2"),
      tenant.id(), job_id);
  if (rows.empty()) return NotFoundError();
  return JobOf(rows[0]);
}

absl::StatusOr<JobPage> ListJobs(pqxx::work& tx, const TenantContext& tenant, int page_size,
                                 const std::string& page_token) {
  absl::Time before = absl::FromUnixSeconds(253402300799);  // 9999-12-31: newer than any.
  std::string before_id;
  if (!page_token.empty()) {
    const std::vector<std::string> parts = absl::StrSplit(page_token, '.');
    int64_t micros = 0;
    if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &micros) || micros < 0 ||
        micros > absl::ToUnixMicros(before) || !IsId(parts[1])) {
      return InvalidPageToken();
    }
    before = absl::FromUnixMicros(micros);
    before_id = parts[1];
  }
  JobPage page;
  // One more than asked for tells whether there is a next page.
  for (const pqxx::row& row :
       tx.exec_params(absl::StrCat("SELECT ", kColumns,
                                   " FROM jobs.jobs WHERE tenant_id = $1 AND (create_time < $2"
                                   " OR create_time = $2 AND job_id > $3)"
                                   " ORDER BY create_time DESC, job_id LIMIT $4"),
                      tenant.id(), SqlTime(before), before_id, page_size + 1)) {
    page.jobs.push_back(JobOf(row));
  }
  if (static_cast<int>(page.jobs.size()) > page_size) {
    page.jobs.pop_back();
    page.next_page_token = PageToken(page.jobs.back());
  }
  return page;
}

absl::StatusOr<JobRow> RequestCancel(pqxx::work& tx, const TenantContext& tenant,
                                     const std::string& job_id, const AuditEvent& event,
                                     absl::Time now) {
  tx.exec_params(
      "UPDATE jobs.jobs SET cancel_requested = true WHERE tenant_id = $1 AND job_id = $2"
      " AND state IN ('QUEUED', 'RUNNING')",
      tenant.id(), job_id);
  ASSIGN_OR_RETURN(JobRow job, GetJob(tx, tenant, job_id));
  RETURN_IF_ERROR(AppendAudit(tx, tenant, event, now));
  return job;
}

std::string JobErrorJson(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  const nlohmann::json json = {{"code", static_cast<int>(status.code())},
                               {"reason", reason.name},
                               {"message", reason.message},
                               {"message_ja", reason.message_ja},
                               {"metadata", reason.metadata}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::Status JobErrorFromJson(const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text);
  return ReasonedError(static_cast<absl::StatusCode>(json.at("code").get<int>()),
                       {json.at("reason"), json.at("message"), json.at("message_ja"),
                        json.at("metadata").get<std::map<std::string, std::string>>()});
}

}  // namespace oboro::platform

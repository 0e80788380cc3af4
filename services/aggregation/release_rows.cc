#include "services/aggregation/release_rows.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::aggregation {
namespace {

using platform::TenantContext;
using platform::TextOf;

constexpr char kSelect[] =
    "SELECT r.release_id, r.statistic_id, s.display_name, s.tier, s.snapshot, r.state, "
    "r.requester, "
    "r.author, r.request_id, r.create_time FROM aggregation.releases r JOIN aggregation.statistics "
    "s USING (tenant_id, statistic_id) WHERE r.tenant_id = $1 ";

absl::StatusOr<ReleaseRow> ToRow(const pqxx::row& row) {
  ReleaseRow out;
  out.release_id = TextOf(row[0]);
  out.statistic_id = TextOf(row[1]);
  out.display_name = TextOf(row[2]);
  out.tier = TextOf(row[3]);
  out.snapshot = TextOf(row[4]);
  ASSIGN_OR_RETURN(out.state, ParseReleaseState(TextOf(row[5])));
  out.requester = TextOf(row[6]);
  out.author = TextOf(row[7]);
  out.request_id = TextOf(row[8]);
  out.create_time = platform::TimeOf(row[9]);
  return out;
}

absl::Status AddSteps(const pqxx::result& found, std::map<std::string, ReleaseRow*>& rows) {
  for (const pqxx::row& row : found) {
    ReleaseStepRow step;
    ASSIGN_OR_RETURN(step.state, ParseReleaseState(TextOf(row[1])));
    step.actor = TextOf(row[2]);
    step.reason = TextOf(row[3]);
    step.time = platform::TimeOf(row[4]);
    rows.at(TextOf(row[0]))->steps.push_back(std::move(step));
  }
  return absl::OkStatus();
}

constexpr char kSelectSteps[] =
    "SELECT release_id, state, actor, reason, time FROM aggregation.release_steps "
    "WHERE tenant_id = $1 ";

void InsertStep(pqxx::work& tx, const TenantContext& tenant, const std::string& release_id,
                size_t number, const ReleaseStepRow& step) {
  tx.exec_params(
      "INSERT INTO aggregation.release_steps (tenant_id, release_id, step, state, actor, reason, "
      "time) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      tenant.id(), release_id, static_cast<int>(number), std::string(ReleaseStateName(step.state)),
      step.actor, step.reason, platform::SqlTime(step.time));
}

}  // namespace

absl::StatusOr<ReleaseRow> ReadReleasable(pqxx::work& tx, const TenantContext& tenant,
                                          const std::string& statistic_id) {
  const pqxx::result found = tx.exec_params(
      "SELECT s.display_name, s.tier, s.snapshot, j.actor FROM aggregation.statistics s JOIN "
      "jobs.jobs j USING (tenant_id, job_id) WHERE s.tenant_id = $1 AND s.statistic_id = $2",
      tenant.id(), statistic_id);
  if (found.empty()) return platform::NotFoundError();
  ReleaseRow row;
  row.statistic_id = statistic_id;
  row.display_name = TextOf(found[0][0]);
  row.tier = TextOf(found[0][1]);
  row.snapshot = TextOf(found[0][2]);
  row.author = TextOf(found[0][3]);
  return row;
}

std::string FindReleaseOfRequest(pqxx::work& tx, const TenantContext& tenant,
                                 const std::string& request_id) {
  if (request_id.empty()) return "";
  const pqxx::result found = tx.exec_params(
      "SELECT release_id FROM aggregation.releases WHERE tenant_id = $1 AND request_id = $2",
      tenant.id(), request_id);
  return found.empty() ? "" : TextOf(found[0][0]);
}

std::string FindReleaseUnderWay(pqxx::work& tx, const TenantContext& tenant,
                                const std::string& statistic_id) {
  const pqxx::result found = tx.exec_params(
      "SELECT release_id FROM aggregation.releases WHERE tenant_id = $1 AND statistic_id = $2 "
      "AND state IN ('REQUESTED', 'APPROVED', 'PUBLISHED')",
      tenant.id(), statistic_id);
  return found.empty() ? "" : TextOf(found[0][0]);
}

absl::Status InsertRelease(pqxx::work& tx, const TenantContext& tenant, const ReleaseRow& row,
                           const platform::AuditEvent& event) {
  tx.exec_params(
      "INSERT INTO aggregation.releases (tenant_id, release_id, statistic_id, state, requester, "
      "author, request_id, create_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      tenant.id(), row.release_id, row.statistic_id, std::string(ReleaseStateName(row.state)),
      row.requester, row.author, row.request_id, platform::SqlTime(row.create_time));
  InsertStep(tx, tenant, row.release_id, 1, row.steps.front());
  return platform::AppendAudit(tx, tenant, event, row.create_time);
}

absl::StatusOr<ReleaseRow> ReadRelease(pqxx::work& tx, const TenantContext& tenant,
                                       const std::string& release_id) {
  const pqxx::result found =
      tx.exec_params(std::string(kSelect) + "AND r.release_id = $2", tenant.id(), release_id);
  if (found.empty()) return platform::NotFoundError();
  ASSIGN_OR_RETURN(ReleaseRow row, ToRow(found[0]));
  std::map<std::string, ReleaseRow*> rows = {{row.release_id, &row}};
  RETURN_IF_ERROR(
      AddSteps(tx.exec_params(std::string(kSelectSteps) + "AND release_id = $2 ORDER BY step",
                              tenant.id(), release_id),
               rows));
  return row;
}

absl::StatusOr<std::vector<ReleaseRow>> ListReleases(pqxx::work& tx, const TenantContext& tenant) {
  std::vector<ReleaseRow> rows;
  for (const pqxx::row& found : tx.exec_params(
           std::string(kSelect) + "ORDER BY r.create_time DESC, r.release_id", tenant.id())) {
    ASSIGN_OR_RETURN(ReleaseRow row, ToRow(found));
    rows.push_back(std::move(row));
  }
  std::map<std::string, ReleaseRow*> by_id;
  for (ReleaseRow& row : rows) by_id[row.release_id] = &row;
  RETURN_IF_ERROR(AddSteps(
      tx.exec_params(std::string(kSelectSteps) + "ORDER BY release_id, step", tenant.id()), by_id));
  return rows;
}

absl::Status AddReleaseStep(pqxx::work& tx, const TenantContext& tenant, ReleaseRow& row,
                            const ReleaseStepRow& step, const platform::AuditEvent& event) {
  const bool review =
      step.state == ReleaseState::kApproved || step.state == ReleaseState::kRejected;
  const pqxx::result moved = tx.exec_params(
      "UPDATE aggregation.releases SET state = $3, reviewer = coalesce(nullif($4, ''), reviewer) "
      "WHERE tenant_id = $1 AND release_id = $2 AND state = $5",
      tenant.id(), row.release_id, std::string(ReleaseStateName(step.state)),
      review ? step.actor : std::string(), std::string(ReleaseStateName(row.state)));
  if (moved.affected_rows() != 1) return absl::AbortedError("the release has moved on");
  row.state = step.state;
  row.steps.push_back(step);
  InsertStep(tx, tenant, row.release_id, row.steps.size(), step);
  return platform::AppendAudit(tx, tenant, event, step.time);
}

}  // namespace oboro::aggregation

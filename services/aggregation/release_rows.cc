#include "services/aggregation/release_rows.h"

#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/aggregation/joint/joint_errors.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::aggregation {
namespace {

using platform::TenantContext;
using platform::TextOf;

constexpr char kSelect[] =
    "SELECT r.release_id, r.statistic_id, r.joint_id, "
    "coalesce(s.display_name, g.proposal ->> 'display_name') AS display_name, "
    "coalesce(s.tier, 'JOINT') AS tier, s.snapshot, g.dataset, "
    "g.proposal ->> 'municipality_codes' AS municipalities, r.state, r.requester, r.author, "
    "g.actor AS consenter, r.request_id, r.create_time FROM aggregation.releases r "
    "LEFT JOIN aggregation.statistics s USING (tenant_id, statistic_id) "
    "LEFT JOIN aggregation.joint_statistics g USING (tenant_id, joint_id) "
    "WHERE r.tenant_id = $1 ";

// Of a field that only one of both kinds of tables has.
std::string TextOrNone(const pqxx::field& field) { return field.is_null() ? "" : TextOf(field); }

std::vector<std::string> CodesOf(const pqxx::field& field) {
  if (field.is_null()) return {};
  return nlohmann::json::parse(TextOf(field)).get<std::vector<std::string>>();
}

absl::StatusOr<ReleaseRow> ToRow(const pqxx::row& row) {
  ReleaseRow out;
  out.release_id = TextOf(row["release_id"]);
  out.statistic_id = TextOrNone(row["statistic_id"]);
  out.joint_id = TextOrNone(row["joint_id"]);
  out.display_name = TextOf(row["display_name"]);
  out.tier = TextOf(row["tier"]);
  out.dataset =
      out.joint_id.empty() ? platform::DatasetOf(TextOf(row["snapshot"])) : TextOf(row["dataset"]);
  out.municipalities = CodesOf(row["municipalities"]);
  ASSIGN_OR_RETURN(out.state, ParseReleaseState(TextOf(row["state"])));
  out.requester = TextOf(row["requester"]);
  out.author = TextOf(row["author"]);
  out.consenter = TextOrNone(row["consenter"]);
  out.request_id = TextOf(row["request_id"]);
  out.create_time = platform::TimeOf(row["create_time"]);
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
  row.dataset = platform::DatasetOf(TextOf(found[0][2]));
  row.author = TextOf(found[0][3]);
  return row;
}

absl::StatusOr<ReleaseRow> ReadReleasableJoint(pqxx::work& tx, const TenantContext& tenant,
                                               const std::string& joint_id) {
  // The job is the proposer's: in the other participants there is none of this id.
  const pqxx::result found = tx.exec_params(
      "SELECT g.state, g.proposal ->> 'display_name', g.dataset, g.proposal ->> "
      "'municipality_codes', g.actor, coalesce(j.actor, g.actor) FROM aggregation.joint_statistics "
      "g LEFT JOIN jobs.jobs j USING (tenant_id, job_id) WHERE g.tenant_id = $1 AND g.joint_id = "
      "$2",
      tenant.id(), joint_id);
  if (found.empty()) return platform::NotFoundError();
  if (TextOf(found[0][0]) != "MADE") return JointState(TextOf(found[0][0]));
  ReleaseRow row;
  row.joint_id = joint_id;
  row.display_name = TextOf(found[0][1]);
  row.tier = "JOINT";
  row.dataset = TextOf(found[0][2]);
  row.municipalities = CodesOf(found[0][3]);
  row.consenter = TextOf(found[0][4]);
  row.author = TextOf(found[0][5]);
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
                                const ReleaseRow& row) {
  const pqxx::result found = tx.exec_params(
      "SELECT release_id FROM aggregation.releases WHERE tenant_id = $1 AND (statistic_id = $2 OR "
      "joint_id = $3) AND state IN ('REQUESTED', 'APPROVED', 'PUBLISHED')",
      tenant.id(), row.statistic_id, row.joint_id);
  return found.empty() ? "" : TextOf(found[0][0]);
}

absl::Status InsertRelease(pqxx::work& tx, const TenantContext& tenant, const ReleaseRow& row,
                           const platform::AuditEvent& event) {
  tx.exec_params(
      "INSERT INTO aggregation.releases (tenant_id, release_id, statistic_id, state, requester, "
      "author, request_id, create_time, joint_id) VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7, "
      "$8, nullif($9, ''))",
      tenant.id(), row.release_id, row.statistic_id, std::string(ReleaseStateName(row.state)),
      row.requester, row.author, row.request_id, platform::SqlTime(row.create_time), row.joint_id);
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

#include "services/aggregation/joint/joint_rows.h"

#include "absl/strings/str_join.h"
#include "services/aggregation/joint/joint_errors.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::aggregation {
namespace {

using platform::TenantContext;
using platform::TextOf;

constexpr char kSelect[] =
    "SELECT joint_id, proposer_code, proposal::text AS proposal, request_id, state, answer, actor, "
    "abstraction, verdict, dataset, reference_date::text AS reference_date, participants::text AS "
    "participants, cells, suppressed, engine_version, method, job_id, "
    "create_time, make_time FROM aggregation.joint_statistics WHERE tenant_id = $1 ";

JointRow ToRow(const pqxx::row& row) {
  JointRow out;
  out.joint_id = TextOf(row["joint_id"]);
  out.proposer_code = TextOf(row["proposer_code"]);
  out.proposal = nlohmann::json::parse(TextOf(row["proposal"]));
  out.request_id = TextOf(row["request_id"]);
  out.state = TextOf(row["state"]);
  out.answer = TextOf(row["answer"]);
  out.actor = TextOf(row["actor"]);
  out.abstraction = TextOf(row["abstraction"]);
  out.verdict = TextOf(row["verdict"]);
  out.dataset = TextOf(row["dataset"]);
  out.reference_date = TextOf(row["reference_date"]);
  out.participants = nlohmann::json::parse(TextOf(row["participants"]));
  out.cells = row["cells"].as<int64_t>();
  out.suppressed = row["suppressed"].as<int64_t>();
  out.engine_version = TextOf(row["engine_version"]);
  out.method = TextOf(row["method"]);
  out.job_id = TextOf(row["job_id"]);
  out.create_time = platform::TimeOf(row["create_time"]);
  out.make_time = platform::TimeOf(row["make_time"]);
  return out;
}

}  // namespace

std::vector<std::string> JointRow::codes() const {
  return proposal.at("municipality_codes").get<std::vector<std::string>>();
}

absl::Status InsertJoint(pqxx::work& tx, const TenantContext& tenant, const JointRow& row,
                         const platform::AuditEvent& event) {
  tx.exec_params(
      "INSERT INTO aggregation.joint_statistics (tenant_id, joint_id, proposer_code, proposal, "
      "request_id, reference_date, create_time) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      tenant.id(), row.joint_id, row.proposer_code, row.proposal.dump(), row.request_id,
      row.reference_date, platform::SqlTime(row.create_time));
  return platform::AppendAudit(tx, tenant, event, row.create_time);
}

absl::StatusOr<JointRow> ReadJoint(pqxx::work& tx, const TenantContext& tenant,
                                   const std::string& joint_id) {
  const pqxx::result found =
      tx.exec_params(std::string(kSelect) + "AND joint_id = $2", tenant.id(), joint_id);
  if (found.empty()) return platform::NotFoundError();
  return ToRow(found[0]);
}

absl::StatusOr<SealedJoint> ReadSealedJoint(pqxx::work& tx, const TenantContext& tenant,
                                            const std::string& joint_id) {
  const pqxx::result found = tx.exec_params(
      "SELECT object_id, sealed FROM aggregation.joint_statistics WHERE tenant_id = $1 AND "
      "joint_id = $2",
      tenant.id(), joint_id);
  if (found.empty()) return platform::NotFoundError();
  return SealedJoint{TextOf(found[0][0]), platform::BytesOf(found[0][1]), ""};
}

absl::StatusOr<std::vector<JointRow>> ListJoints(pqxx::work& tx, const TenantContext& tenant) {
  std::vector<JointRow> rows;
  for (const pqxx::row& row :
       tx.exec_params(std::string(kSelect) + "ORDER BY create_time DESC, joint_id LIMIT $2",
                      tenant.id(), kMostListed)) {
    rows.push_back(ToRow(row));
  }
  return rows;
}

std::string FindJointOfRequest(pqxx::work& tx, const TenantContext& tenant,
                               const std::string& request_id) {
  if (request_id.empty()) return "";
  const pqxx::result found = tx.exec_params(
      "SELECT joint_id FROM aggregation.joint_statistics WHERE tenant_id = $1 AND request_id = $2",
      tenant.id(), request_id);
  return found.empty() ? "" : TextOf(found[0][0]);
}

int64_t CountOwnProposals(pqxx::work& tx, const TenantContext& tenant) {
  return tx
      .exec_params1(
          "SELECT count(*) FROM aggregation.joint_statistics WHERE tenant_id = $1 AND "
          "proposer_code = $2 AND state = 'PROPOSED' AND answer IN ('WAITING', 'CONSENTED')",
          tenant.id(), tenant.municipality_code())[0]
      .as<int64_t>();
}

std::map<std::string, std::string> AnswersOf(pqxx::work& tx, const TenantContext& tenant,
                                             const std::vector<std::string>& joint_ids) {
  std::map<std::string, std::string> answers;
  for (const pqxx::row& row : tx.exec_params(
           "SELECT joint_id, answer FROM aggregation.joint_statistics WHERE tenant_id = $1 AND "
           "joint_id = ANY (string_to_array($2, ','))",
           tenant.id(), absl::StrJoin(joint_ids, ","))) {
    answers[TextOf(row[0])] = TextOf(row[1]);
  }
  return answers;
}

absl::Status SetAnswer(pqxx::work& tx, const TenantContext& tenant, const JointRow& row,
                       const std::string& before, const platform::AuditEvent& event,
                       absl::Time now) {
  const pqxx::result moved = tx.exec_params(
      "UPDATE aggregation.joint_statistics SET answer = $4, actor = $5, abstraction = $6, "
      "verdict = $7, dataset = $8 WHERE tenant_id = $1 AND joint_id = $2 AND answer = $3 AND "
      "state = 'PROPOSED'",
      tenant.id(), row.joint_id, before, row.answer, row.actor, row.abstraction, row.verdict,
      row.dataset);
  if (moved.affected_rows() != 1) return absl::AbortedError("the answer has moved on");
  return platform::AppendAudit(tx, tenant, event, now);
}

absl::Status StoreJoint(pqxx::work& tx, const TenantContext& tenant, const JointRow& row,
                        const SealedJoint& sealed, const platform::AuditEvent& event,
                        absl::Time now) {
  const pqxx::result made = tx.exec_params(
      "UPDATE aggregation.joint_statistics SET state = 'MADE', participants = $5, cells = $6, "
      "suppressed = $7, engine_version = $8, method = $9, object_id = $10, sealed = $11, "
      "ledger = $12, job_id = $13, make_time = $14 WHERE tenant_id = $1 AND joint_id = $2 AND "
      "state = 'PROPOSED' AND answer = 'CONSENTED' AND abstraction = $3 AND verdict = $4",
      tenant.id(), row.joint_id, row.abstraction, row.verdict, row.participants.dump(), row.cells,
      row.suppressed, row.engine_version, row.method, sealed.object_id,
      platform::SqlBytes(sealed.table), platform::SqlBytes(sealed.ledger), row.job_id,
      platform::SqlTime(now));
  if (made.affected_rows() != 1) return JointNotReady();
  return platform::AppendAudit(tx, tenant, event, now);
}

}  // namespace oboro::aggregation

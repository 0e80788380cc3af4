#include "services/verification/verdict_rows.h"

#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::verification {
namespace {

SignedDocument FromRow(const pqxx::row& row) {
  return {platform::TextOf(row["document"]), platform::BytesOf(row["signature"]),
          row["key_version"].as<int>()};
}

}  // namespace

absl::Status InsertVerdict(pqxx::work& tx, const platform::TenantContext& tenant,
                           const VerdictRow& row, const platform::AuditEvent& event) {
  tx.exec_params(
      "INSERT INTO verification.verdicts (tenant_id, verdict_id, abstraction, object_digest, "
      "policy,"
      " policy_version, policy_digest, recipe, recipe_version, recipe_digest, engine_version,"
      " internal_outcome, joint_outcome, public_outcome, document, signature, key_version, job_id,"
      " create_time, dataset) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12, "
      "''),"
      " nullif($13, ''), nullif($14, ''), $15, $16, $17, $18, $19, $20)",
      tenant.id(), row.verdict_id, row.abstraction, platform::SqlBytes(row.object_digest),
      row.policy, row.policy_version, platform::SqlBytes(row.policy_digest), row.recipe,
      row.recipe_version, platform::SqlBytes(row.recipe_digest), row.engine_version,
      row.internal_outcome, row.joint_outcome, row.public_outcome, row.document,
      platform::SqlBytes(row.signature), row.key_version, row.job_id,
      platform::SqlTime(row.create_time), row.dataset);
  return platform::AppendAudit(tx, tenant, event, row.create_time);
}

absl::StatusOr<SignedDocument> ReadVerdict(pqxx::work& tx, const platform::TenantContext& tenant,
                                           const std::string& verdict_id,
                                           const platform::AuditEvent& event, absl::Time now) {
  const pqxx::result found = tx.exec_params(
      "SELECT document, signature, key_version, dataset FROM verification.verdicts"
      " WHERE tenant_id = $1 AND verdict_id = $2",
      tenant.id(), verdict_id);
  if (found.empty()) return platform::NotFoundError();
  platform::AuditEvent about = event;
  about.detail["dataset"] = platform::TextOf(found[0]["dataset"]);
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, about, now));
  return FromRow(found[0]);
}

absl::StatusOr<std::vector<SignedDocument>> ListVerdicts(pqxx::work& tx,
                                                         const platform::TenantContext& tenant,
                                                         const platform::AuditEvent& event,
                                                         absl::Time now) {
  std::vector<SignedDocument> rows;
  for (const pqxx::row& row :
       tx.exec_params("SELECT document, signature, key_version FROM verification.verdicts"
                      " WHERE tenant_id = $1 ORDER BY create_time DESC, verdict_id",
                      tenant.id())) {
    rows.push_back(FromRow(row));
  }
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, event, now));
  return rows;
}

}  // namespace oboro::verification

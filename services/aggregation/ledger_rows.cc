#include "services/aggregation/ledger_rows.h"

#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::aggregation {

absl::StatusOr<LedgerRows> LoadLedger(pqxx::work& tx, const platform::TenantContext& tenant,
                                      const std::string& dataset) {
  LedgerRows ledger;
  const pqxx::result head =
      tx.exec_params("SELECT version FROM aggregation.ledger WHERE tenant_id = $1 AND dataset = $2",
                     tenant.id(), dataset);
  if (!head.empty()) ledger.version = head[0][0].as<int64_t>();
  const pqxx::result found = tx.exec_params(
      "SELECT statistic_id, object_id, reference_date::text, ledger FROM aggregation.statistics "
      "WHERE tenant_id = $1 AND starts_with(snapshot, $2 || '/snapshots/') UNION ALL "
      // This tenant's parts of joint statistics are tables of its own to the ledger.
      "SELECT joint_id, object_id, reference_date::text, ledger FROM aggregation.joint_statistics "
      "WHERE tenant_id = $1 AND dataset = $2 AND state = 'MADE' ORDER BY 1",
      tenant.id(), dataset);
  for (const pqxx::row& row : found) {
    ledger.rows.push_back({platform::TextOf(row[0]), platform::TextOf(row[1]),
                           platform::TextOf(row[2]), platform::BytesOf(row[3])});
  }
  return ledger;
}

absl::Status AdvanceLedger(pqxx::work& tx, const platform::TenantContext& tenant,
                           const std::string& dataset, int64_t version, absl::Time now) {
  const pqxx::result moved =
      version == 0
          ? tx.exec_params(
                "INSERT INTO aggregation.ledger (tenant_id, dataset, version, update_time) "
                "VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING",
                tenant.id(), dataset, platform::SqlTime(now))
          : tx.exec_params(
                "UPDATE aggregation.ledger SET version = version + 1, update_time = $4 "
                "WHERE tenant_id = $1 AND dataset = $2 AND version = $3",
                tenant.id(), dataset, version, platform::SqlTime(now));
  if (moved.affected_rows() == 1) return absl::OkStatus();
  return absl::AbortedError("another statistic of the dataset was stored meanwhile");
}

absl::Status InsertRefusal(pqxx::work& tx, const platform::TenantContext& tenant,
                           const LedgerRefusal& refusal, const platform::AuditEvent& event,
                           absl::Time now) {
  const pqxx::result inserted = tx.exec_params(
      "INSERT INTO aggregation.ledger_refusals (tenant_id, job_id, actor, dataset, because, "
      "create_time) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
      tenant.id(), refusal.job_id, refusal.actor, refusal.dataset, refusal.because,
      platform::SqlTime(now));
  if (inserted.affected_rows() == 0) return absl::OkStatus();  // A repeated attempt.
  return platform::AppendAudit(tx, tenant, event, now);
}

bool IsRefusalNoted(pqxx::work& tx, const platform::TenantContext& tenant,
                    const std::string& job_id) {
  return !tx.exec_params(
                "SELECT 1 FROM aggregation.ledger_refusals WHERE tenant_id = $1 AND job_id = $2",
                tenant.id(), job_id)
              .empty();
}

absl::StatusOr<int64_t> CountRefusals(pqxx::work& tx, const platform::TenantContext& tenant,
                                      const std::string& actor, absl::Time since) {
  return tx
      .exec_params1(
          "SELECT count(*) FROM aggregation.ledger_refusals "
          "WHERE tenant_id = $1 AND actor = $2 AND create_time > $3",
          tenant.id(), actor, platform::SqlTime(since))[0]
      .as<int64_t>();
}

absl::Status CheckRefusals(pqxx::work& tx, const platform::TenantContext& tenant,
                           const std::string& actor, absl::Time now) {
  ASSIGN_OR_RETURN(const int64_t refused, CountRefusals(tx, tenant, actor, now - absl::Hours(1)));
  return refused < kMostRefusals ? absl::OkStatus() : LedgerRefusalsExhausted();
}

}  // namespace oboro::aggregation

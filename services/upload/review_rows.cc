#include "services/upload/review_rows.h"

#include <utility>

#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/upload/check/positions.h"

namespace oboro::upload {

using platform::TenantContext;

namespace {

// A bytea holds no more.
constexpr size_t kLargestField = size_t{1} << 30;

std::string_view View(const std::string& text) { return text; }

absl::StatusOr<Decision> DecisionFrom(const pqxx::row& row, int64_t records) {
  Decision decision;
  const auto kind = ParseDecisionWord(row["settlement"].c_str());
  if (!kind.has_value()) return absl::DataLossError("a stored settlement is not readable");
  decision.kind = *kind;
  decision.reason = row["reason"].as<std::string>();
  decision.rule = row["rule"].as<std::string>();
  decision.only_open = row["only_open"].as<bool>();
  if (!row["positions"].is_null()) {
    ASSIGN_OR_RETURN(decision.rows,
                     DecodePositions(View(platform::BytesOf(row["positions"])), records));
  }
  return decision;
}

// Some decisions at a time: one may name a hundred thousand records.
absl::Status ApplyDecisions(pqxx::work& tx, const TenantContext& tenant,
                            const SnapshotRow& snapshot, FindingReview* review) {
  for (int last = 0;;) {
    const pqxx::result some = tx.exec_params(
        "SELECT settlement, reason, rule, positions, only_open, sequence FROM upload.settlements"
        " WHERE tenant_id = $1 AND snapshot_id = $2 AND sequence > $3 ORDER BY sequence LIMIT 20",
        tenant.id(), snapshot.snapshot_id, last);
    if (some.empty()) return absl::OkStatus();
    for (const pqxx::row& row : some) {
      ASSIGN_OR_RETURN(Decision decision, DecisionFrom(row, snapshot.records));
      review->Apply(std::move(decision));
      last = row["sequence"].as<int>();
    }
  }
}

}  // namespace

absl::Status InsertPositions(pqxx::work& tx, const TenantContext& tenant,
                             const std::string& snapshot_id,
                             const std::vector<PositionsRow>& rows) {
  tx.exec_params("DELETE FROM upload.finding_positions WHERE tenant_id = $1 AND snapshot_id = $2",
                 tenant.id(), snapshot_id);
  for (const PositionsRow& row : rows) {
    tx.exec_params(
        "INSERT INTO upload.finding_positions (tenant_id, snapshot_id, rule, column_name, severity,"
        " count, positions) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        tenant.id(), snapshot_id, row.rule, row.column, row.severity, row.count,
        platform::SqlBytes(row.positions));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<FindingReview>> ReadReview(pqxx::work& tx, const TenantContext& tenant,
                                                        const SnapshotRow& snapshot,
                                                        const ReviewScope& scope) {
  const size_t bytes = scope.most < kLargestField / kMaxBytesPerPosition
                           ? scope.most * kMaxBytesPerPosition
                           : kLargestField;
  std::vector<FindingGroup> groups;
  for (const pqxx::row& row :
       tx.exec_params("SELECT rule, column_name, severity, substring(positions FROM 1 FOR $4)"
                      " FROM upload.finding_positions"
                      " WHERE tenant_id = $1 AND snapshot_id = $2 AND ($3 = '' OR rule = $3)"
                      " ORDER BY rule, column_name",
                      tenant.id(), snapshot.snapshot_id, scope.rule, static_cast<int>(bytes))) {
    FindingGroup group{row[0].as<std::string>(),
                       row[1].as<std::string>(),
                       row[2].as<std::string>() == "ERROR",
                       {}};
    ASSIGN_OR_RETURN(
        group.rows, DecodePositions(View(platform::BytesOf(row[3])), snapshot.records, scope.most));
    groups.push_back(std::move(group));
  }
  if (groups.empty()) return std::optional<FindingReview>();
  FindingReview review(std::move(groups));
  RETURN_IF_ERROR(ApplyDecisions(tx, tenant, snapshot, &review));
  return std::optional<FindingReview>(std::move(review));
}

absl::StatusOr<std::optional<Decision>> ReadLastDecision(pqxx::work& tx,
                                                         const TenantContext& tenant,
                                                         const SnapshotRow& snapshot) {
  const pqxx::result found = tx.exec_params(
      "SELECT settlement, reason, rule, positions, only_open FROM upload.settlements"
      " WHERE tenant_id = $1 AND snapshot_id = $2 ORDER BY sequence DESC LIMIT 1",
      tenant.id(), snapshot.snapshot_id);
  if (found.empty()) return std::optional<Decision>();
  ASSIGN_OR_RETURN(Decision decision, DecisionFrom(found[0], snapshot.records));
  return std::optional<Decision>(std::move(decision));
}

absl::Status AddDecision(pqxx::work& tx, const TenantContext& tenant, const SnapshotRow& after,
                         const std::vector<FindingCountRow>& counts, const Decision& decision,
                         int64_t settled, const std::string& actor,
                         const platform::AuditEvent& event, absl::Time now) {
  const std::string rows = decision.rows.has_value() ? EncodePositions(*decision.rows) : "";
  tx.exec_params(
      "INSERT INTO upload.settlements (tenant_id, snapshot_id, sequence, settlement, reason, rule,"
      " positions, settled, actor, create_time, only_open)"
      " SELECT $1, $2, coalesce(max(sequence), 0) + 1, $3, $4, $5,"
      " nullif($6::bytea, ''::bytea), $7, $8, $9, $10 FROM upload.settlements"
      " WHERE tenant_id = $1 AND snapshot_id = $2",
      tenant.id(), after.snapshot_id, std::string(DecisionWord(decision.kind)), decision.reason,
      decision.rule, platform::SqlBytes(rows), settled, actor, platform::SqlTime(now),
      decision.only_open);
  tx.exec_params(
      "UPDATE upload.snapshots SET state = $3, open_findings = $4, excluded_records = $5"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND state = 'REVIEW'",
      tenant.id(), after.snapshot_id, after.state, after.open_findings, after.excluded_records);
  for (const FindingCountRow& count : counts) {
    tx.exec_params(
        "UPDATE upload.finding_counts SET open_count = $4, accepted_count = $5,"
        " excluded_count = $6, returned_count = $7"
        " WHERE tenant_id = $1 AND snapshot_id = $2 AND rule = $3",
        tenant.id(), after.snapshot_id, count.rule, count.stand->open, count.stand->accepted,
        count.stand->excluded, count.stand->returned);
  }
  if (after.state == "RETURNED") {
    tx.exec_params("DELETE FROM upload.snapshot_parts WHERE tenant_id = $1 AND snapshot_id = $2",
                   tenant.id(), after.snapshot_id);
  }
  return platform::AppendAudit(tx, tenant, event, now);
}

}  // namespace oboro::upload

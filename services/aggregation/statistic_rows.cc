#include "services/aggregation/statistic_rows.h"

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::aggregation {
namespace {

constexpr char kColumns[] =
    "statistic_id, display_name, tier, dimensions::text AS dimensions, measure, measure_column, "
    "filters::text AS filters, author, detail, cells, "
    "primary_suppressions, secondary_suppressions, snapshot, reference_date::text AS "
    "reference_date, abstraction, recipe, recipe_version, verdict, policy, policy_version, "
    "engine_version, method, object_id, object_digest, job_id, create_time";

StatisticRow ToRow(const pqxx::row& row) {
  using platform::TextOf;
  StatisticRow out;
  out.statistic_id = TextOf(row["statistic_id"]);
  out.display_name = TextOf(row["display_name"]);
  out.tier = TextOf(row["tier"]);
  out.dimensions = nlohmann::json::parse(TextOf(row["dimensions"]));
  out.measure = TextOf(row["measure"]);
  out.measure_column = TextOf(row["measure_column"]);
  out.filters = nlohmann::json::parse(TextOf(row["filters"]));
  out.author = TextOf(row["author"]);
  out.detail = platform::BytesOf(row["detail"]);
  out.cells = row["cells"].as<int64_t>();
  out.primary_suppressions = row["primary_suppressions"].as<int64_t>();
  out.secondary_suppressions = row["secondary_suppressions"].as<int64_t>();
  out.snapshot = TextOf(row["snapshot"]);
  out.reference_date = TextOf(row["reference_date"]);
  out.abstraction = TextOf(row["abstraction"]);
  out.recipe = TextOf(row["recipe"]);
  out.recipe_version = row["recipe_version"].as<int>();
  out.verdict = TextOf(row["verdict"]);
  out.policy = TextOf(row["policy"]);
  out.policy_version = row["policy_version"].as<int>();
  out.engine_version = TextOf(row["engine_version"]);
  out.method = TextOf(row["method"]);
  out.object_id = TextOf(row["object_id"]);
  out.object_digest = platform::BytesOf(row["object_digest"]);
  out.job_id = TextOf(row["job_id"]);
  out.create_time = platform::TimeOf(row["create_time"]);
  return out;
}

// The dataset's steward finds by it who used what was made of his records.
platform::AuditEvent About(const StatisticRow& row, platform::AuditEvent event) {
  event.detail["dataset"] = platform::DatasetOf(row.snapshot);
  return event;
}

}  // namespace

absl::Status InsertStatistic(pqxx::work& tx, const platform::TenantContext& tenant,
                             const StatisticRow& row, const platform::AuditEvent& event,
                             absl::Time now) {
  tx.exec_params(
      "INSERT INTO aggregation.statistics (tenant_id, statistic_id, display_name, tier, "
      "dimensions, cells, primary_suppressions, secondary_suppressions, suppressed, snapshot, "
      "reference_date, abstraction, recipe, recipe_version, verdict, policy, policy_version, "
      "engine_version, method, object_id, object_digest, job_id, create_time, "
      "measure, measure_column, filters, author, detail, ledger) VALUES ($1, $2, $3, "
      "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, "
      "$23, $24, $25, $26, $27, $28, $29)",
      tenant.id(), row.statistic_id, row.display_name, row.tier, row.dimensions.dump(), row.cells,
      row.primary_suppressions, row.secondary_suppressions,
      row.primary_suppressions + row.secondary_suppressions, row.snapshot, row.reference_date,
      row.abstraction, row.recipe, row.recipe_version, row.verdict, row.policy, row.policy_version,
      row.engine_version, row.method, row.object_id, platform::SqlBytes(row.object_digest),
      row.job_id, platform::SqlTime(now), row.measure, row.measure_column, row.filters.dump(),
      row.author, platform::SqlBytes(row.detail), platform::SqlBytes(row.ledger));
  return platform::AppendAudit(tx, tenant, About(row, event), now);
}

absl::StatusOr<StatisticRow> ReadStatistic(pqxx::work& tx, const platform::TenantContext& tenant,
                                           const std::string& statistic_id,
                                           const platform::AuditEvent& event, absl::Time now) {
  const pqxx::result found =
      tx.exec_params(std::string("SELECT ") + kColumns +
                         " FROM aggregation.statistics WHERE tenant_id = $1 AND statistic_id = $2",
                     tenant.id(), statistic_id);
  if (found.empty()) return platform::NotFoundError();
  StatisticRow row = ToRow(found[0]);
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, About(row, event), now));
  return row;
}

absl::StatusOr<std::vector<StatisticRow>> ListStatistics(pqxx::work& tx,
                                                         const platform::TenantContext& tenant) {
  const pqxx::result found = tx.exec_params(
      std::string("SELECT ") + kColumns +
          " FROM aggregation.statistics WHERE tenant_id = $1 ORDER BY create_time DESC, "
          "statistic_id",
      tenant.id());
  std::vector<StatisticRow> rows;
  for (const pqxx::row& row : found) rows.push_back(ToRow(row));
  return rows;
}

}  // namespace oboro::aggregation

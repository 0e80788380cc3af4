#include "services/aggregation/view_rows.h"

#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::aggregation {
namespace {

using platform::TenantContext;
using platform::TextOf;

constexpr char kSelect[] =
    "SELECT view_id, statistic_id, display_name, layout, shared, owner, update_time "
    "FROM aggregation.views WHERE tenant_id = $1 AND (shared OR owner = $2)";

ViewRow ToRow(const pqxx::row& row) {
  return {TextOf(row[0]),    TextOf(row[1]), TextOf(row[2]),          TextOf(row[3]),
          row[4].as<bool>(), TextOf(row[5]), platform::TimeOf(row[6])};
}

}  // namespace

absl::Status InsertView(pqxx::work& tx, const TenantContext& tenant, const ViewRow& row,
                        const platform::AuditEvent& event) {
  const pqxx::result statistic = tx.exec_params(
      "SELECT FROM aggregation.statistics WHERE tenant_id = $1 AND statistic_id = $2", tenant.id(),
      row.statistic_id);
  if (statistic.empty()) return platform::NotFoundError();
  tx.exec_params(
      "INSERT INTO aggregation.views (tenant_id, view_id, statistic_id, display_name, layout, "
      "shared, owner, update_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      tenant.id(), row.view_id, row.statistic_id, row.display_name, row.layout, row.shared,
      row.owner, platform::SqlTime(row.update_time));
  return platform::AppendAudit(tx, tenant, event, row.update_time);
}

absl::StatusOr<ViewRow> ReadView(pqxx::work& tx, const TenantContext& tenant,
                                 const std::string& view_id, const std::string& reader) {
  const pqxx::result found =
      tx.exec_params(std::string(kSelect) + " AND view_id = $3", tenant.id(), reader, view_id);
  if (found.empty()) return platform::NotFoundError();
  return ToRow(found[0]);
}

std::vector<ViewRow> ListViews(pqxx::work& tx, const TenantContext& tenant,
                               const std::string& reader) {
  std::vector<ViewRow> rows;
  for (const pqxx::row& row : tx.exec_params(
           std::string(kSelect) + " ORDER BY update_time DESC, view_id", tenant.id(), reader)) {
    rows.push_back(ToRow(row));
  }
  return rows;
}

absl::Status UpdateView(pqxx::work& tx, const TenantContext& tenant, const ViewRow& row,
                        const platform::AuditEvent& event) {
  tx.exec_params(
      "UPDATE aggregation.views SET display_name = $3, layout = $4, shared = $5, update_time = $6 "
      "WHERE tenant_id = $1 AND view_id = $2",
      tenant.id(), row.view_id, row.display_name, row.layout, row.shared,
      platform::SqlTime(row.update_time));
  return platform::AppendAudit(tx, tenant, event, row.update_time);
}

absl::Status DeleteView(pqxx::work& tx, const TenantContext& tenant, const std::string& view_id,
                        const platform::AuditEvent& event, absl::Time now) {
  tx.exec_params("DELETE FROM aggregation.views WHERE tenant_id = $1 AND view_id = $2", tenant.id(),
                 view_id);
  return platform::AppendAudit(tx, tenant, event, now);
}

}  // namespace oboro::aggregation

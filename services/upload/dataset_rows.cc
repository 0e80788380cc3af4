#include "services/upload/dataset_rows.h"

#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::upload {
namespace {

constexpr char kColumns[] =
    "dataset_id, display_name, department_id, schema, retain_snapshots, create_time,"
    " review_findings";

DatasetRow FromRow(const pqxx::row& row) {
  return {row["dataset_id"].as<std::string>(),    row["display_name"].as<std::string>(),
          row["department_id"].as<std::string>(), row["schema"].as<std::string>(),
          row["retain_snapshots"].as<bool>(),     platform::TimeOf(row["create_time"]),
          row["review_findings"].as<bool>()};
}

}  // namespace

absl::StatusOr<bool> InsertDataset(pqxx::work& tx, const platform::TenantContext& tenant,
                                   const DatasetRow& row, const platform::AuditEvent& event) {
  const pqxx::result inserted = tx.exec_params(
      "INSERT INTO upload.datasets (tenant_id, dataset_id, display_name, department_id, schema,"
      " retain_snapshots, create_time, review_findings)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
      " ON CONFLICT (tenant_id, dataset_id) DO NOTHING",
      tenant.id(), row.dataset_id, row.display_name, row.department_id, row.schema,
      row.retain_snapshots, platform::SqlTime(row.create_time), row.review_findings);
  if (inserted.affected_rows() == 0) return false;
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, event, row.create_time));
  return true;
}

absl::StatusOr<DatasetRow> ReadDataset(pqxx::work& tx, const platform::TenantContext& tenant,
                                       const std::string& dataset_id) {
  const pqxx::result found =
      tx.exec_params(std::string("SELECT ") + kColumns +
                         " FROM upload.datasets WHERE tenant_id = $1 AND dataset_id = $2",
                     tenant.id(), dataset_id);
  if (found.empty()) return platform::NotFoundError();
  return FromRow(found[0]);
}

absl::Status UpdateDataset(pqxx::work& tx, const platform::TenantContext& tenant,
                           const DatasetRow& row, const platform::AuditEvent& event,
                           absl::Time now) {
  const pqxx::result updated = tx.exec_params(
      "UPDATE upload.datasets SET display_name = $3, retain_snapshots = $4, review_findings = $5"
      " WHERE tenant_id = $1 AND dataset_id = $2",
      tenant.id(), row.dataset_id, row.display_name, row.retain_snapshots, row.review_findings);
  if (updated.affected_rows() == 0) return platform::NotFoundError();
  return platform::AppendAudit(tx, tenant, event, now);
}

absl::StatusOr<std::vector<DatasetRow>> ListDatasets(pqxx::work& tx,
                                                     const platform::TenantContext& tenant) {
  std::vector<DatasetRow> rows;
  for (const pqxx::row& row :
       tx.exec_params(std::string("SELECT ") + kColumns +
                          " FROM upload.datasets WHERE tenant_id = $1 ORDER BY dataset_id",
                      tenant.id())) {
    rows.push_back(FromRow(row));
  }
  return rows;
}

absl::StatusOr<bool> DepartmentExists(pqxx::work& tx, const platform::TenantContext& tenant,
                                      const std::string& department_id) {
  return !tx.exec_params(
                "SELECT 1 FROM tenancy.departments WHERE tenant_id = $1 AND department_id = $2",
                tenant.id(), department_id)
              .empty();
}

}  // namespace oboro::upload

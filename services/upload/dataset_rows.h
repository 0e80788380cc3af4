#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::upload {

// Rows of upload.datasets.
struct DatasetRow {
  std::string dataset_id;
  std::string display_name;
  std::string department_id;
  std::string schema;  // YAML.
  bool retain_snapshots = false;
  absl::Time create_time;
  bool review_findings = false;
};

// False when a dataset of that id exists already.
absl::StatusOr<bool> InsertDataset(pqxx::work& tx, const platform::TenantContext& tenant,
                                   const DatasetRow& row, const platform::AuditEvent& event);

// NOT_FOUND as for everything that does not exist.
absl::StatusOr<DatasetRow> ReadDataset(pqxx::work& tx, const platform::TenantContext& tenant,
                                       const std::string& dataset_id);

// Writes display_name, retain_snapshots and review_findings of `row`. NOT_FOUND when there is none.
absl::Status UpdateDataset(pqxx::work& tx, const platform::TenantContext& tenant,
                           const DatasetRow& row, const platform::AuditEvent& event,
                           absl::Time now);

// By id.
absl::StatusOr<std::vector<DatasetRow>> ListDatasets(pqxx::work& tx,
                                                     const platform::TenantContext& tenant);

absl::StatusOr<bool> DepartmentExists(pqxx::work& tx, const platform::TenantContext& tenant,
                                      const std::string& department_id);

}  // namespace oboro::upload

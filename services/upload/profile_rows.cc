#include "services/upload/profile_rows.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::upload {

using platform::AuditEvent;
using platform::TenantContext;

namespace {

constexpr char kSelect[] =
    "SELECT dataset_id, profile_id, display_name, document, update_time FROM upload.profiles"
    " WHERE tenant_id = $1 AND dataset_id = $2";

ProfileRow FromRow(const pqxx::row& row) {
  return {row["dataset_id"].as<std::string>(), row["profile_id"].as<std::string>(),
          row["display_name"].as<std::string>(), platform::TextOf(row["document"]),
          platform::TimeOf(row["update_time"])};
}

}  // namespace

absl::Status SaveProfile(pqxx::work& tx, const TenantContext& tenant, const ProfileRow& row,
                         const AuditEvent& event) {
  tx.exec_params(
      "INSERT INTO upload.profiles (tenant_id, dataset_id, profile_id, display_name, document,"
      " update_time) VALUES ($1, $2, $3, $4, $5, $6)"
      " ON CONFLICT (tenant_id, dataset_id, profile_id) DO UPDATE SET"
      " display_name = excluded.display_name, document = excluded.document,"
      " update_time = excluded.update_time",
      tenant.id(), row.dataset_id, row.profile_id, row.display_name, row.document,
      platform::SqlTime(row.update_time));
  return platform::AppendAudit(tx, tenant, event, row.update_time);
}

absl::StatusOr<ProfileRow> ReadProfile(pqxx::work& tx, const TenantContext& tenant,
                                       const std::string& dataset_id,
                                       const std::string& profile_id) {
  const pqxx::result found = tx.exec_params(absl::StrCat(kSelect, " AND profile_id = $3"),
                                            tenant.id(), dataset_id, profile_id);
  if (found.empty()) return platform::NotFoundError();
  return FromRow(found[0]);
}

absl::StatusOr<std::vector<ProfileRow>> ListProfiles(pqxx::work& tx, const TenantContext& tenant,
                                                     const std::string& dataset_id) {
  std::vector<ProfileRow> rows;
  for (const pqxx::row& row :
       tx.exec_params(absl::StrCat(kSelect, " ORDER BY profile_id"), tenant.id(), dataset_id)) {
    rows.push_back(FromRow(row));
  }
  return rows;
}

absl::Status DeleteProfile(pqxx::work& tx, const TenantContext& tenant,
                           const std::string& dataset_id, const std::string& profile_id,
                           const AuditEvent& event, absl::Time now) {
  const pqxx::result deleted = tx.exec_params(
      "DELETE FROM upload.profiles WHERE tenant_id = $1 AND dataset_id = $2 AND profile_id = $3",
      tenant.id(), dataset_id, profile_id);
  if (deleted.affected_rows() == 0) return platform::NotFoundError();
  return platform::AppendAudit(tx, tenant, event, now);
}

}  // namespace oboro::upload

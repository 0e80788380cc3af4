#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::upload {

// Rows of upload.profiles.
struct ProfileRow {
  std::string dataset_id;
  std::string profile_id;
  std::string display_name;
  std::string document;  // civic::ProfileJson.
  absl::Time update_time;
};

// Inserts or replaces.
absl::Status SaveProfile(pqxx::work& tx, const platform::TenantContext& tenant,
                         const ProfileRow& row, const platform::AuditEvent& event);

// NOT_FOUND when there is none.
absl::StatusOr<ProfileRow> ReadProfile(pqxx::work& tx, const platform::TenantContext& tenant,
                                       const std::string& dataset_id,
                                       const std::string& profile_id);

// By id.
absl::StatusOr<std::vector<ProfileRow>> ListProfiles(pqxx::work& tx,
                                                     const platform::TenantContext& tenant,
                                                     const std::string& dataset_id);

// NOT_FOUND when there is none.
absl::Status DeleteProfile(pqxx::work& tx, const platform::TenantContext& tenant,
                           const std::string& dataset_id, const std::string& profile_id,
                           const platform::AuditEvent& event, absl::Time now);

}  // namespace oboro::upload

#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// A row of aggregation.views.
struct ViewRow {
  std::string view_id;
  std::string statistic_id;
  std::string display_name;
  std::string layout;  // JSON.
  bool shared = false;
  std::string owner;  // As audit events name a person.
  absl::Time update_time;
};

// NOT_FOUND when there is no such statistic.
absl::Status InsertView(pqxx::work& tx, const platform::TenantContext& tenant, const ViewRow& row,
                        const platform::AuditEvent& event);

// NOT_FOUND when there is none, or it is somebody else's own: the two answer alike.
absl::StatusOr<ViewRow> ReadView(pqxx::work& tx, const platform::TenantContext& tenant,
                                 const std::string& view_id, const std::string& reader);

// Those of `reader` and the shared ones, newest first.
std::vector<ViewRow> ListViews(pqxx::work& tx, const platform::TenantContext& tenant,
                               const std::string& reader);

// Writes display_name, layout, shared and update_time.
absl::Status UpdateView(pqxx::work& tx, const platform::TenantContext& tenant, const ViewRow& row,
                        const platform::AuditEvent& event);
absl::Status DeleteView(pqxx::work& tx, const platform::TenantContext& tenant,
                        const std::string& view_id, const platform::AuditEvent& event,
                        absl::Time now);

}  // namespace oboro::aggregation

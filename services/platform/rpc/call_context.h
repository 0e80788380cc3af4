#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/caller.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// What a handler is given: who calls, for which tenant, as what. Made by the adapter for one call.
struct CallContext {
  Caller caller;
  RoleSet roles = 0;                            // Of the caller in this tenant; 0 for services.
  std::vector<std::string> department_ids;      // In which he is 保有課, sorted.
  std::optional<TenantContext> tenant_context;  // Absent only for methods without a tenant.
  std::string method;  // Full method name, "/oboro.upload.v1.SnapshotService/GetSnapshot".
  absl::Time deadline;

  // Whether he may touch what a department holds: services, and members of it or of none in
  // particular.
  bool OfDepartment(absl::string_view department_id) const {
    return department_ids.empty() || std::find(department_ids.begin(), department_ids.end(),
                                               department_id) != department_ids.end();
  }

  const TenantContext& tenant() const { return *tenant_context; }
  // An event of this caller, to be given to the data-access function.
  AuditEvent Event(std::string action, std::string resource,
                   nlohmann::json detail = nlohmann::json::object()) const {
    return {caller.actor(), std::move(action), std::move(resource), "OK", std::move(detail)};
  }
};

}  // namespace oboro::platform

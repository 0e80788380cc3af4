#pragma once

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// Who did what. A required argument of every data-access function that changes state or reads a
// finding, verdict or statistic, so that forgetting it does not compile.
struct AuditEvent {
  std::string actor;                                 // user:{issuer}#{subject} or service:{name}
  std::string action;                                // UPPER_SNAKE, registered in docs/audit.md
  std::string resource;                              // Resource name.
  std::string outcome = "OK";                        // OK, REFUSED or FAILED
  nlohmann::json detail = nlohmann::json::object();  // Figures and names; never a record's value.
};

// Appends `event` to the tenant's chain inside `tx`: takes the chain's head for update, computes
// the hash over the canonical bytes of docs/audit.md, advances the head. Failure fails the
// transaction.
absl::Status AppendAudit(pqxx::work& tx, const TenantContext& tenant, const AuditEvent& event,
                         absl::Time now);

}  // namespace oboro::platform

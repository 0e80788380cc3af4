#include "services/aggregation/refusals.h"

#include "absl/strings/match.h"
#include "services/aggregation/ledger_rows.h"
#include "services/platform/base/clock.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::aggregation {

absl::Status CheckRefusals(const Deps& deps, const platform::TenantContext& tenant,
                           const std::string& actor) {
  const absl::Time now = deps.clock->Now();
  return deps.db->RunTx(tenant, "ledger_refusals",
                        [&](pqxx::work& tx) { return CheckRefusals(tx, tenant, actor, now); });
}

std::string RefusedBy(const absl::Status& failed, const std::string& because) {
  const std::string reason = platform::ReasonOf(failed).name;
  if (reason == "LEDGER_REFUSED") return because.empty() ? reason : because;
  const bool by_rule = absl::StartsWith(reason, "LEDGER_") && reason != "LEDGER_REFUSALS_EXHAUSTED";
  return by_rule ? reason : "";
}

absl::Status AuditRefusal(const Deps& deps, const platform::TenantContext& tenant,
                          platform::AuditEvent event, const absl::Status& refused) {
  if (refused.code() != absl::StatusCode::kFailedPrecondition &&
      refused.code() != absl::StatusCode::kResourceExhausted) {
    return refused;
  }
  event.outcome = "REFUSED";
  event.detail["reason"] = platform::ReasonOf(refused).name;
  const absl::Time now = deps.clock->Now();
  RETURN_IF_ERROR(deps.db->RunTx(tenant, "audit_refusal", [&](pqxx::work& tx) {
    return platform::AppendAudit(tx, tenant, event, now);
  }));
  return refused;
}

}  // namespace oboro::aggregation

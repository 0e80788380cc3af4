#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/aggregation/deps.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// Who was refused what is part of the evidence: a refusal tells something too.

// LEDGER_REFUSALS_EXHAUSTED when `actor` was refused by the ledger too often (ledger_rows.h).
absl::Status CheckRefusals(const Deps& deps, const platform::TenantContext& tenant,
                           const std::string& actor);

// What a job that failed is to be noted as refused by: the ledger's rule, as LEDGER_ZEROS; of
// LEDGER_REFUSED what its child named (`because`, ledger_result.h). Empty when it was not the
// ledger. That somebody was refused too often is no further refusal.
std::string RefusedBy(const absl::Status& failed, const std::string& because);

// Writes `event` as REFUSED with the reason of `refused`, on its own, when that is a refusal: a
// precondition or a limit. Answers `refused`, or why it could not be written.
absl::Status AuditRefusal(const Deps& deps, const platform::TenantContext& tenant,
                          platform::AuditEvent event, const absl::Status& refused);

}  // namespace oboro::aggregation

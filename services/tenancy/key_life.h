#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// The life of a tenant's keys over several transactions and the token (the order is that of
// keys/tenant_keys.h). Every step leaves a state from which the next attempt, or the housekeeping
// after a crash, goes on.

// Makes the next version, makes it primary, wraps every data key anew, destroys the older versions.
// Answers the number of data keys wrapped anew. O(data keys). `event` is written with the change.
absl::StatusOr<int64_t> RotateKeys(const Deps& deps, const platform::TenantContext& tenant,
                                   const platform::AuditEvent& event);

// The part of RotateKeys after the new primary is in the rows, and what a crash left of it.
absl::StatusOr<int64_t> FinishRotation(const Deps& deps, const platform::TenantContext& tenant);

// Destroys the keys of a tenant that is SHREDDED in the token, then in the rows, then its objects.
// Idempotent. `event` is written once, with the rows.
absl::Status FinishShredding(const Deps& deps, const platform::TenantContext& tenant,
                             const platform::AuditEvent& event);

}  // namespace oboro::tenancy

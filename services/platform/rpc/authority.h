#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/caller.h"
#include "services/platform/identity/directory.h"
#include "services/platform/rpc/call_context.h"
#include "services/platform/rpc/method_policy.h"

namespace oboro::platform {

// Whether a caller of this standing may call a method of this policy; PERMISSION_DENIED with reason
// ROLE_MISSING or SERVICE_NOT_ALLOWED otherwise. The one place that compares the two.
absl::Status CheckPermission(const MethodPolicy& policy, const Caller& caller,
                             const Standing& standing);

// user:{issuer}#{subject} or service:{name} back into a caller.
absl::StatusOr<Caller> ParseActor(const std::string& actor);

// Whether `actor` may still call `permission` in this tenant, and the tenant's keys may be used:
// asked again at every lease of a job, with rows as they are then.
absl::Status CheckAuthority(Db& db, const TenantContext& tenant, const std::string& actor,
                            const std::string& permission);

// Whether the caller of a call that lasts (a stream) might begin it now: role and tenant state from
// rows as they are by now. To be asked every few seconds, so that a removed member is cut off.
absl::Status CheckStillAllowed(Db& db, const CallContext& call);

}  // namespace oboro::platform

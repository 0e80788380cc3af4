#pragma once

#include "absl/status/status.h"
#include "services/platform/identity/tenant_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Removes parts of open snapshots that no row counts: what a crash left between the moment a part
// was durable and the moment it was counted. A part that a writer is making now has the highest
// number given out, or is not committed yet; both are left alone.
absl::Status SweepStrayParts(const Deps& deps, const platform::TenantContext& tenant);

}  // namespace oboro::upload

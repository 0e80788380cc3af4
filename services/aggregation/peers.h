#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/aggregation/basis.h"
#include "services/aggregation/deps.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// Fetches abstraction, verdict and policy of `tenant` and checks that the verdict lets a table out
// to `tier` (evidence.h) and that the policy allows counts for the municipality's size.
absl::StatusOr<Basis> FetchBasis(const Deps& deps, const platform::TenantContext& tenant,
                                 const std::string& abstraction, const std::string& verdict,
                                 verification::v1::Tier tier, absl::Time deadline);

}  // namespace oboro::aggregation

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/evidence.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/policy/policy.h"

namespace oboro::aggregation {

// What a table rests on, fetched from the services that own it and checked.
struct Basis {
  abstraction::v1::Abstraction abstraction;
  SignedPolicy policy;         // As the verdict's signature covers it.
  platform::TableRules rules;  // Of that policy and version.
  int64_t min_count = 0;       // Counts below are never shown, for this municipality.
};

// Fetches abstraction, verdict and policy of `tenant` and checks that the verdict lets a table out
// to `tier` (evidence.h) and that the policy allows counts for the municipality's size.
absl::StatusOr<Basis> FetchBasis(const Deps& deps, const platform::TenantContext& tenant,
                                 const std::string& abstraction, const std::string& verdict,
                                 verification::v1::Tier tier, absl::Time deadline);

}  // namespace oboro::aggregation

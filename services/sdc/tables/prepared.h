// From a suppression problem in a table's own numbering to a protected table.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

// Error: InvalidArgument for a least count below 1, or costs and cells that do not fit the grid.
absl::Status CheckPolicy(const Grid& grid, const TablePolicy& policy);

// The problem of a table of counts before anything is marked: costs and bounds of the policy.
SuppressionProblem CountProblem(const Grid& grid, std::span<const int64_t> values,
                                const TablePolicy& policy);

// Solves the problem in canonical numbering (canonical.h), so that the pattern does not depend on
// labels or on the order of rows; maps it back; checks every proof with CheckWitness.
// Errors: as Suppress(); Internal if a proof does not hold.
absl::StatusOr<ProtectedTable> ProtectPrepared(const SuppressionProblem& problem);

}  // namespace oboro::sdc

// From a suppression problem in a table's own numbering to a protected table.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

// One more suppressed cell outweighs any difference in value between candidates.
inline constexpr int64_t kCellCost = int64_t{1} << 24;
// The grand total is known from elsewhere as a rule: it goes only if nothing else helps.
inline constexpr int64_t kTotalCost = 1000 * kCellCost;

// Error: InvalidArgument for a least count below 1, or costs and cells that do not fit the grid.
absl::Status CheckPolicy(const Grid& grid, const TablePolicy& policy);

// The problem of a table of counts before anything is marked: costs and bounds of the policy.
SuppressionProblem CountProblem(const Grid& grid, std::span<const int64_t> values,
                                const TablePolicy& policy);

// Solves the problem in canonical numbering (canonical.h), so that the pattern does not depend on
// labels or on the order of rows; maps it back; checks every proof with CheckWitness.
// Errors: as Suppress(); Internal if a proof does not hold.
absl::StatusOr<ProtectedTable> ProtectPrepared(const SuppressionProblem& problem);

// The same where cells cost alike (kCells): a small table is also solved with costs in which the
// smaller value breaks the tie, and the cheaper result stands; between equally cheap ones that
// which hides less. On larger tables such costs lead the search to more secondaries (2,948 in place
// of 2,906 of 19,136 cells), so they are left alone.
absl::StatusOr<ProtectedTable> ProtectSmallestValues(const SuppressionProblem& problem);

}  // namespace oboro::sdc

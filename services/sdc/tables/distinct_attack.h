// The proofs of a table of distinct ids, checked once more by counting, and what they show.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/distinct.h"

namespace oboro::sdc {

// Counts every proof's population again and takes the intervals of all suppressed cells from them,
// ascending by cell: [low, high] is attained by populations that agree with all that is published;
// outer_low and outer_high follow from the published cells alone, since a margin of distinct ids is
// at least each of its parts and at most their sum. Shares nothing with the search.
// O(proofs x changes x cells over one + cells x passes). Errors: Internal if a proof does not hold.
absl::StatusOr<std::vector<CellInterval>> AttackDistinct(const Grid& grid,
                                                         const DistinctTable& table,
                                                         const DistinctProtection& protection,
                                                         const CellBounds& bounds);

}  // namespace oboro::sdc

// From a suppression problem in a table's own numbering to a protected table.
#pragma once

#include "absl/status/statusor.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

// Solves the problem in canonical numbering (canonical.h), so that the pattern does not depend on
// labels or on the order of rows; maps it back; checks every proof with CheckWitness.
// Errors: as Suppress(); Internal if a proof does not hold.
absl::StatusOr<ProtectedTable> ProtectPrepared(const SuppressionProblem& problem);

}  // namespace oboro::sdc

#include "services/sdc/tables/suppress.h"

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/suppressor.h"

namespace oboro::sdc {

absl::StatusOr<SuppressionResult> Suppress(const SuppressionProblem& problem) {
  const size_t cells = problem.grid->cell_count();
  if (problem.values.size() != cells || problem.statuses.size() != cells ||
      problem.cost.size() != cells || problem.bounds.lower.size() != cells ||
      (!problem.bounds.upper.empty() && problem.bounds.upper.size() != cells)) {
    return absl::InvalidArgumentError(
        absl::StrCat("values, statuses, costs and bounds must be given for all ", cells, " cells"));
  }
  for (const Target& t : problem.targets) {
    if (t.cell >= cells || !IsSuppressed(problem.statuses[t.cell])) {
      return absl::InvalidArgumentError(
          absl::StrCat("cell ", t.cell, " is to be protected but not suppressed"));
    }
  }
  return Suppressor(problem).Run();
}

}  // namespace oboro::sdc

#include "services/sdc/tables/suppress.h"

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/suppressor.h"

namespace oboro::sdc {
namespace {

constexpr SearchStyle kStyles[] = {{1, 3, 30, 4}, {1001, 3, 30, 4}};

}  // namespace

std::vector<uint64_t> SearchSeeds() {
  std::vector<uint64_t> seeds;
  for (const SearchStyle& style : kStyles) seeds.push_back(style.seed);
  return seeds;
}

absl::StatusOr<SuppressionResult> Suppress(const SuppressionProblem& problem) {
  const size_t cells = problem.grid->cell_count();
  if (problem.values.size() != cells || problem.statuses.size() != cells ||
      problem.cost.size() != cells || problem.bounds.lower.size() != cells ||
      (!problem.bounds.upper.empty() && problem.bounds.upper.size() != cells)) {
    return absl::InvalidArgumentError(
        absl::StrCat("values, statuses, costs and bounds must be given for all ", cells, " cells"));
  }
  for (const Target& t : problem.targets) {
    if (t.cell >= cells || !IsUnknown(problem.statuses[t.cell])) {
      return absl::InvalidArgumentError(
          absl::StrCat("cell ", t.cell, " is to be protected but not suppressed"));
    }
  }
  // The styles differ in how they improve: in haste there is one.
  if (problem.quick) return Suppressor(problem, kStyles[0]).Run();
  // Both styles are searched at once; which one wins depends on costs alone, not on timing.
  SuppressionResult second;
  std::thread other([&] { second = Suppressor(problem, kStyles[1]).Run(); });
  SuppressionResult first = Suppressor(problem, kStyles[0]).Run();
  other.join();
  const auto rank = [](const SuppressionResult& r) {
    return std::pair(r.unprotected.size(), r.cost);
  };
  const uint64_t work = first.work + second.work;
  SuppressionResult best = rank(second) < rank(first) ? std::move(second) : std::move(first);
  best.work = work;
  return best;
}

}  // namespace oboro::sdc

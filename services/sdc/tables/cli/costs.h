// What it costs to suppress a cell, and cells that must stay or may rather go: --cost, --keep,
// --prefer.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cli/args.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc::cli {

struct Costs {
  CostKind kind = CostKind::kCells;
  std::vector<int64_t> given;  // one a cell for kGiven
  std::vector<CellId> keep;    // never suppressed as secondaries
  std::vector<CellId> prefer;  // suppressed rather than others
};

// --cost cells|value|FILE, --keep FILE, --prefer FILE. A file is a long CSV with the dimensions
// (the label of a total is "*" or the top label of its hierarchy), and for costs a column "cost" of
// whole numbers of at least 1. An inner cell that the file of costs lacks costs 1, a margin as much
// as its parts together. Errors: InvalidArgument naming file and row for a cell that the table does
// not have, one given twice, or no cost.
absl::StatusOr<Costs> ReadCosts(const Args& args, const Grid& grid);

// Into a TablePolicy or an AmountPolicy.
template <typename Policy>
void TakeCosts(Costs costs, Policy* policy) {
  policy->cost = costs.kind;
  policy->given_cost = std::move(costs.given);
  policy->protected_cells = std::move(costs.keep);
  policy->preferred_cells = std::move(costs.prefer);
}

}  // namespace oboro::sdc::cli

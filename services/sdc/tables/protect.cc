#include "services/sdc/tables/protect.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/prepared.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {
namespace {

absl::Status CheckInput(const Grid& grid, std::span<const int64_t> values,
                        const TablePolicy& policy) {
  if (values.size() != grid.cell_count()) {
    return absl::InvalidArgumentError(absl::StrCat("the table has ", grid.cell_count(),
                                                   " cells, but ", values.size(), " values"));
  }
  if (absl::Status s = CheckPolicy(grid, policy); !s.ok()) return s;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (values[c] < 0) return absl::InvalidArgumentError(absl::StrCat("cell ", c, " is negative"));
  }
  if (!IsAdditive(grid, values)) {
    return absl::InvalidArgumentError(
        "the table is not additive: a margin differs from the sum of its cells");
  }
  return absl::OkStatus();
}

int64_t CostOf(const TablePolicy& policy, CellId cell, int64_t value) {
  const bool zero = value == 0 && policy.zeros != ZeroPolicy::kProtected;
  if (zero && policy.zeros == ZeroPolicy::kShown) return kFixedCell;
  switch (policy.cost) {
    case CostKind::kCells:
      // An open zero is dearer: it often is impossible by nature, and then protects little.
      return zero ? 3 * kCellCost : kCellCost;
    case CostKind::kValues:
      return 1 + std::min<int64_t>(value, int64_t{1} << 40);
    case CostKind::kGiven:
      return std::clamp<int64_t>(policy.given_cost[cell], 1, int64_t{1} << 40);
  }
  return kCellCost;
}

}  // namespace

CellBounds KnownBounds(std::span<const int64_t> values, ZeroPolicy zeros) {
  CellBounds bounds{std::vector<int64_t>(values.size(), 0), {}};
  for (size_t c = 0; c < values.size() && zeros == ZeroPolicy::kShown; ++c) {
    bounds.lower[c] = values[c] > 0 ? 1 : 0;
  }
  return bounds;
}

absl::Status CheckPolicy(const Grid& grid, const TablePolicy& policy) {
  if (policy.min_count < 1) return absl::InvalidArgumentError("min_count must be at least 1");
  if (policy.cost == CostKind::kGiven && policy.given_cost.size() != grid.cell_count()) {
    return absl::InvalidArgumentError("a given cost must be given for every cell");
  }
  for (const auto* cells : {&policy.protected_cells, &policy.preferred_cells}) {
    for (CellId c : *cells) {
      if (c >= grid.cell_count()) {
        return absl::InvalidArgumentError("a protected or preferred cell lies outside the grid");
      }
    }
  }
  return absl::OkStatus();
}

SuppressionProblem CountProblem(const Grid& grid, std::span<const int64_t> values,
                                const TablePolicy& policy) {
  SuppressionProblem p;
  p.grid = &grid;
  p.values = values;
  const CellId n = grid.cell_count();
  p.statuses.assign(n, CellStatus::kValue);
  p.bounds = KnownBounds(values, policy.zeros);
  p.cost.resize(n);
  for (CellId c = 0; c < n; ++c) p.cost[c] = CostOf(policy, c, values[c]);
  CellId top = 0;
  for (size_t d = 0; d < grid.rank(); ++d) top += grid.dim(d).total() * grid.stride(d);
  if (policy.cost != CostKind::kGiven) p.cost[top] = std::max(p.cost[top], kTotalCost);
  // What is never suppressed (a zero that is shown) stays so.
  for (CellId c : policy.preferred_cells) {
    if (p.cost[c] != kFixedCell) p.cost[c] = 1;
  }
  for (CellId c : policy.protected_cells) p.cost[c] = kFixedCell;
  p.insiders = policy.insiders;
  p.work_limit = policy.work_limit;
  return p;
}

absl::StatusOr<ProtectedTable> ProtectCounts(const Grid& grid, std::span<const int64_t> values,
                                             const TablePolicy& policy) {
  if (absl::Status s = CheckInput(grid, values, policy); !s.ok()) return s;
  SuppressionProblem problem = CountProblem(grid, values, policy);
  std::vector<RuleHit> hits;
  if (absl::Status s = MarkPrimaries(policy, &problem, &hits); !s.ok()) return s;
  absl::StatusOr<ProtectedTable> table =
      policy.cost == CostKind::kCells ? ProtectSmallestValues(problem) : ProtectPrepared(problem);
  if (table.ok()) table->rules = std::move(hits);
  return table;
}

}  // namespace oboro::sdc

// Whole-numbered tables that agree with all releases, from published figures alone.
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/interval_solver.h"
#include "services/sdc/tables/knowledge_solver.h"
#include "services/sdc/tables/ledger.h"
#include "services/sdc/tables/ledger_layers.h"

namespace oboro::sdc {
namespace {

constexpr int kMaxNodes = 2000;

absl::StatusOr<std::vector<int64_t>> TableOf(const Grid& grid, const LedgerLayer& m) {
  absl::StatusOr<AttackSystem> system =
      BuildAttackSystem(grid, m.values, m.statuses, CellBounds{m.lower, m.upper});
  if (!system.ok()) return system.status();
  std::vector<int64_t> lower = system->lower, upper = system->upper;
  if (const int64_t row = Propagate(*system, &lower, &upper); row >= 0) {
    return absl::FailedPreconditionError(absl::StrCat("the releases contradict each other in ",
                                                      CellLabel(grid, system->rows[row].source)));
  }
  std::vector<int64_t> base(grid.cell_count(), 0);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (grid.is_finest(c) && m.statuses[c] == CellStatus::kValue) base[c] = m.values[c];
  }
  for (const AttackPart& part : SplitSystem(*system)) {
    if (part.rows.empty()) {
      for (uint32_t v : part.vars) base[system->cell_of[v]] = lower[v];
      continue;
    }
    IntervalSolver solver(*system, part, lower, upper, kMaxNodes);
    const IntervalSolver::Bound bound = solver.Solve({}, false);
    if (bound.outcome == IntervalSolver::Outcome::kInfeasible) {
      return absl::FailedPreconditionError("the releases contradict each other");
    }
    if (!bound.attained) {
      return absl::DeadlineExceededError("no table that agrees with the releases was found");
    }
    for (size_t i = 0; i < part.vars.size(); ++i) {
      base[system->cell_of[part.vars[i]]] = bound.solution[i];
    }
  }
  grid.FillMargins(base);
  return base;
}

}  // namespace

absl::StatusOr<std::vector<LedgerBase>> ConsistentTables(const Grid& grid,
                                                         std::span<const LedgerRelease> releases,
                                                         const LedgerOptions& options) {
  ReleaseList all;
  for (const LedgerRelease& r : releases) all.push_back(&r);
  absl::StatusOr<std::vector<LedgerLayer>> layers = MergeLayers(grid, all, {}, options);
  if (!layers.ok()) return layers.status();
  std::vector<LedgerBase> bases;
  for (const LedgerLayer& layer : *layers) {
    absl::StatusOr<std::vector<int64_t>> table = TableOf(grid, layer);
    if (!table.ok()) return table.status();
    bases.push_back({layer.measure, layer.as_of, std::move(*table)});
  }
  if (!AreLinked(*layers, options) || PlaceBases(grid, bases, options, &*layers).ok()) return bases;
  // Alone they do not agree with each other: ask for all at once.
  const auto joint = KnowledgeSolver::Feasible(JointKnowledge(grid, *layers, options));
  if (!joint) {
    return absl::DeadlineExceededError("no tables that agree with all releases were found");
  }
  for (size_t i = 0; i < bases.size(); ++i) {
    const auto from = joint->begin() + i * grid.cell_count();
    bases[i].values.assign(from, from + grid.cell_count());
    grid.FillMargins(bases[i].values);
  }
  return bases;
}

absl::StatusOr<std::vector<int64_t>> ConsistentTable(const Grid& grid,
                                                     std::span<const LedgerRelease> releases) {
  absl::StatusOr<std::vector<LedgerBase>> bases = ConsistentTables(grid, releases);
  if (!bases.ok()) return bases.status();
  if (bases->size() != 1) {
    return absl::InvalidArgumentError("releases of one measure and date are needed");
  }
  return std::move(bases->front().values);
}

}  // namespace oboro::sdc

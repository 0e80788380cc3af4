#include "services/sdc/tables/program_witness.h"

#include <algorithm>
#include <map>
#include <utility>

namespace oboro::sdc {

namespace {

constexpr int kMaxNodes = 200;

}  // namespace

Witness SpreadChanges(const Grid& grid, std::span<const Witness::Change> finest) {
  std::map<CellId, int64_t> delta;
  std::vector<CellId> cells;
  for (const Witness::Change& change : finest) {
    cells.assign(1, 0);
    for (size_t d = 0; d < grid.rank(); ++d) {
      std::vector<CellId> next;
      for (uint32_t node : grid.dim(d).nodes_over(grid.node(change.cell, d))) {
        for (CellId c : cells) next.push_back(c + node * grid.stride(d));
      }
      cells = std::move(next);
    }
    for (CellId c : cells) delta[c] += change.delta;
  }
  Witness witness;
  for (const auto& [cell, d] : delta) {
    if (d != 0) witness.changes.push_back({cell, d});
  }
  return witness;
}

ProgramWitness::ProgramWitness(const Grid& grid, std::span<const int64_t> values,
                               std::span<const CellStatus> statuses, const CellBounds& bounds)
    : grid_(grid), values_(values) {
  size_t unknown = 0;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    unknown += IsUnknown(statuses[c]) && grid.is_finest(c) ? 1 : 0;
  }
  if (unknown > kMaxVariables) return;
  absl::StatusOr<AttackSystem> system = BuildAttackSystem(grid, values, statuses, bounds);
  if (!system.ok()) return;
  system_ = std::move(*system);
  lower_ = system_.lower, upper_ = system_.upper;
  if (Propagate(system_, &lower_, &upper_) >= 0) return;
  parts_ = SplitSystem(system_);
  part_of_.resize(system_.cell_of.size());
  for (uint32_t p = 0; p < parts_.size(); ++p) {
    for (uint32_t v : parts_[p].vars) part_of_[v] = p;
  }
  solvers_.resize(parts_.size());
  usable_ = true;
}

std::optional<Witness> ProgramWitness::Find(CellId cell, int sign, int64_t amount) {
  if (!usable_) return std::nullopt;
  CellSum sum;
  const auto at = std::lower_bound(system_.suppressed.begin(), system_.suppressed.end(), cell);
  if (at != system_.suppressed.end() && *at == cell) {
    sum = system_.sums[at - system_.suppressed.begin()];
  } else {  // a cell that no table shows: it is a variable if it is finest
    const auto var = std::lower_bound(system_.cell_of.begin(), system_.cell_of.end(), cell);
    if (var == system_.cell_of.end() || *var != cell) return std::nullopt;
    sum.vars.push_back(static_cast<uint32_t>(var - system_.cell_of.begin()));
  }
  if (sum.vars.empty()) return std::nullopt;
  const uint32_t p = part_of_[sum.vars[0]];
  const AttackPart& part = parts_[p];
  if (!solvers_[p]) {
    // A ceiling keeps programs bounded; a witness never needs more than this.
    std::vector<int64_t> upper = upper_;
    for (uint32_t v : part.vars) {
      const int64_t ceiling = values_[system_.cell_of[v]] + (int64_t{1} << 20);
      upper[v] = std::min(upper[v], std::max(ceiling, lower_[v]));
    }
    solvers_[p] = std::make_unique<IntervalSolver>(system_, part, lower_, upper, kMaxNodes);
  }
  std::vector<uint32_t> local;
  for (uint32_t v : sum.vars) {
    local.push_back(static_cast<uint32_t>(std::lower_bound(part.vars.begin(), part.vars.end(), v) -
                                          part.vars.begin()));
  }
  const IntervalSolver::Bound bound = solvers_[p]->Solve(local, sign > 0);
  if (!bound.attained) return std::nullopt;
  std::vector<Witness::Change> finest;
  for (size_t i = 0; i < part.vars.size(); ++i) {
    const CellId c = system_.cell_of[part.vars[i]];
    if (bound.solution[i] != values_[c]) finest.push_back({c, bound.solution[i] - values_[c]});
  }
  Witness witness = SpreadChanges(grid_, finest);
  if (ChangeOf(witness, cell) * sign < amount) return std::nullopt;
  return witness;
}

}  // namespace oboro::sdc

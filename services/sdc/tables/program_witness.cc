#include "services/sdc/tables/program_witness.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace oboro::sdc {

namespace {

constexpr int kMaxNodes = 200;
// A ceiling keeps programs bounded; no witness needs more.
constexpr int64_t kCeiling = int64_t{1} << 20;
constexpr size_t kNear[] = {150, 600};

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
  rows_of_.resize(system_.cell_of.size());
  for (uint32_t r = 0; r < system_.rows.size(); ++r) {
    for (uint32_t v : system_.rows[r].vars) rows_of_[v].push_back(r);
  }
  usable_ = true;
}

std::optional<CellSum> ProgramWitness::SumOf(CellId cell) const {
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
  return sum;
}

std::optional<Witness> ProgramWitness::Find(CellId cell, int sign, int64_t amount) {
  if (!usable_) return std::nullopt;
  const std::optional<CellSum> sum = SumOf(cell);
  if (!sum) return std::nullopt;
  for (size_t limit : kNear) {
    if (limit >= system_.cell_of.size()) break;
    if (auto witness = FindNear(*sum, cell, sign, amount, limit)) return witness;
  }
  if (system_.cell_of.size() > kMaxVariables) return std::nullopt;
  return FindAnywhere(*sum, cell, sign, amount);
}

// Breadth first over the rows, short rows before long ones.
std::vector<uint32_t> ProgramWitness::Neighbourhood(const CellSum& sum, size_t limit) const {
  std::vector<uint32_t> near(sum.vars.begin(), sum.vars.end());
  std::set<uint32_t> in(near.begin(), near.end());
  for (size_t i = 0; i < near.size() && near.size() < limit; ++i) {
    std::vector<uint32_t> rows = rows_of_[near[i]];
    std::sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(system_.rows[a].vars.size(), a) < std::pair(system_.rows[b].vars.size(), b);
    });
    for (uint32_t r : rows) {
      size_t taken = 0;
      for (uint32_t v : system_.rows[r].vars) {
        if (near.size() >= limit || taken > limit / 8) break;
        if (in.insert(v).second) {
          near.push_back(v);
          ++taken;
        }
      }
    }
  }
  std::sort(near.begin(), near.end());
  return near;
}

std::optional<Witness> ProgramWitness::FindNear(const CellSum& sum, CellId cell, int sign,
                                                int64_t amount, size_t limit) {
  const std::vector<uint32_t> near = Neighbourhood(sum, limit);
  AttackSystem small;
  std::vector<int64_t> lower, upper;
  std::map<uint32_t, uint32_t> local;
  std::set<uint32_t> rows;
  for (uint32_t v : near) {
    local[v] = static_cast<uint32_t>(small.cell_of.size());
    const int64_t value = values_[system_.cell_of[v]];
    small.cell_of.push_back(system_.cell_of[v]);
    lower.push_back(lower_[v]);
    upper.push_back(std::min(upper_[v], value + kCeiling));
    rows.insert(rows_of_[v].begin(), rows_of_[v].end());
  }
  for (uint32_t r : rows) {
    AttackSystem::Row row{{}, system_.rows[r].low, system_.rows[r].high, system_.rows[r].source};
    for (uint32_t v : system_.rows[r].vars) {
      const auto it = local.find(v);
      if (it != local.end()) {
        row.vars.push_back(it->second);
      } else {
        const int64_t value = values_[system_.cell_of[v]];
        row.low -= value;
        if (row.high != kUnbounded) row.high -= value;
      }
    }
    small.rows.push_back(std::move(row));
  }
  small.lower = lower, small.upper = upper;
  AttackPart part;
  for (uint32_t v = 0; v < small.cell_of.size(); ++v) part.vars.push_back(v);
  for (uint32_t r = 0; r < small.rows.size(); ++r) part.rows.push_back(r);
  IntervalSolver solver(small, part, lower, upper, kMaxNodes);
  std::vector<uint32_t> wanted;
  for (uint32_t v : sum.vars) wanted.push_back(local.at(v));
  const IntervalSolver::Bound bound = solver.Solve(wanted, sign > 0);
  if (!bound.attained) return std::nullopt;
  std::vector<Witness::Change> finest;
  for (size_t i = 0; i < small.cell_of.size(); ++i) {
    const CellId c = small.cell_of[i];
    if (bound.solution[i] != values_[c]) finest.push_back({c, bound.solution[i] - values_[c]});
  }
  Witness witness = SpreadChanges(grid_, finest);
  if (ChangeOf(witness, cell) * sign < amount) return std::nullopt;
  return witness;
}

std::optional<Witness> ProgramWitness::FindAnywhere(const CellSum& sum, CellId cell, int sign,
                                                    int64_t amount) {
  const uint32_t p = part_of_[sum.vars[0]];
  const AttackPart& part = parts_[p];
  if (!solvers_[p]) {
    std::vector<int64_t> upper = upper_;
    for (uint32_t v : part.vars) {
      const int64_t ceiling = values_[system_.cell_of[v]] + kCeiling;
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

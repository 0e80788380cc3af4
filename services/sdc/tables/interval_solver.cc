#include "services/sdc/tables/interval_solver.h"

#include <algorithm>
#include <cmath>
#include <coin/CbcModel.hpp>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <coin/OsiClpSolverInterface.hpp>
#include <numeric>

namespace oboro::sdc {
namespace {

constexpr double kWholeTolerance = 1e-6;

double AsBound(int64_t b) { return b == kUnbounded ? COIN_DBL_MAX : static_cast<double>(b); }

}  // namespace

std::vector<AttackPart> SplitSystem(const AttackSystem& system) {
  std::vector<uint32_t> root(system.cell_of.size());
  std::iota(root.begin(), root.end(), 0);
  auto find = [&](uint32_t v) {
    while (root[v] != v) v = root[v] = root[root[v]];
    return v;
  };
  for (const AttackSystem::Row& row : system.rows) {
    for (uint32_t v : row.vars) root[find(v)] = find(row.vars[0]);
  }
  // Cells that are sums of several variables are bounded over all of them at once.
  for (const CellSum& sum : system.sums) {
    for (uint32_t v : sum.vars) root[find(v)] = find(sum.vars[0]);
  }
  std::vector<uint32_t> part_of(root.size(), UINT32_MAX);
  std::vector<AttackPart> parts;
  for (uint32_t v = 0; v < root.size(); ++v) {
    uint32_t& p = part_of[find(v)];
    if (p == UINT32_MAX) {
      p = static_cast<uint32_t>(parts.size());
      parts.emplace_back();
    }
    parts[p].vars.push_back(v);
  }
  for (uint32_t r = 0; r < system.rows.size(); ++r) {
    parts[part_of[find(system.rows[r].vars[0])]].rows.push_back(r);
  }
  return parts;
}

int64_t Propagate(const AttackSystem& system, std::vector<int64_t>* lower,
                  std::vector<int64_t>* upper) {
  for (int round = 0; round < 50; ++round) {
    bool changed = false;
    for (size_t r = 0; r < system.rows.size(); ++r) {
      const AttackSystem::Row& row = system.rows[r];
      int64_t low = 0, high = 0;
      int open = 0;  // variables without an upper bound
      for (uint32_t v : row.vars) {
        low += (*lower)[v];
        if ((*upper)[v] == kUnbounded) {
          ++open;
        } else {
          high += (*upper)[v];
        }
      }
      if ((row.high != kUnbounded && low > row.high) || (open == 0 && high < row.low)) {
        return static_cast<int64_t>(r);
      }
      for (uint32_t v : row.vars) {
        if (row.high != kUnbounded) {
          const int64_t most = row.high - (low - (*lower)[v]);
          if (most < (*upper)[v]) {
            if ((*upper)[v] == kUnbounded) {
              --open;
              high += most;
            } else {
              high += most - (*upper)[v];
            }
            (*upper)[v] = most;
            changed = true;
          }
        }
        const bool alone = open == 0 || (open == 1 && (*upper)[v] == kUnbounded);
        if (alone) {
          const int64_t others = (*upper)[v] == kUnbounded ? high : high - (*upper)[v];
          const int64_t least = row.low - others;
          if (least > (*lower)[v]) {
            low += least - (*lower)[v];
            (*lower)[v] = least;
            changed = true;
          }
        }
        if ((*lower)[v] > (*upper)[v]) return static_cast<int64_t>(r);
      }
    }
    if (!changed) break;
  }
  return -1;
}

struct IntervalSolver::Impl {
  ClpSimplex lp;
  CoinPackedMatrix matrix;
  std::vector<double> low, high, row_low, row_high;
  bool feasible_known = false;
};

IntervalSolver::IntervalSolver(const AttackSystem& system, const AttackPart& part,
                               std::span<const int64_t> lower, std::span<const int64_t> upper,
                               int max_nodes)
    : system_(system), part_(part), max_nodes_(max_nodes), impl_(std::make_unique<Impl>()) {
  std::vector<CoinBigIndex> starts = {0};
  std::vector<int> columns;
  Impl& m = *impl_;
  for (uint32_t v : part.vars) {
    lower_.push_back(lower[v]);
    upper_.push_back(upper[v]);
    m.low.push_back(static_cast<double>(lower[v]));
    m.high.push_back(AsBound(upper[v]));
  }
  for (uint32_t r : part.rows) {
    const AttackSystem::Row& row = system.rows[r];
    local_rows_.emplace_back();
    for (uint32_t v : row.vars) {
      const auto at = std::lower_bound(part.vars.begin(), part.vars.end(), v);
      local_rows_.back().push_back(static_cast<uint32_t>(at - part.vars.begin()));
      columns.push_back(static_cast<int>(local_rows_.back().back()));
    }
    starts.push_back(static_cast<CoinBigIndex>(columns.size()));
    m.row_low.push_back(static_cast<double>(row.low));
    m.row_high.push_back(AsBound(row.high));
  }
  const std::vector<double> ones(columns.size(), 1.0);
  std::vector<int> lengths;
  for (const auto& row : local_rows_) lengths.push_back(static_cast<int>(row.size()));
  m.matrix = CoinPackedMatrix(false, static_cast<int>(part.vars.size()),
                              static_cast<int>(part.rows.size()),
                              static_cast<CoinBigIndex>(columns.size()), ones.data(),
                              columns.data(), starts.data(), lengths.data());
  const std::vector<double> zero(part.vars.size(), 0.0);
  m.lp.setLogLevel(0);
  m.lp.loadProblem(m.matrix, m.low.data(), m.high.data(), zero.data(), m.row_low.data(),
                   m.row_high.data());
}

IntervalSolver::~IntervalSolver() = default;

// Rounds a solution and checks it in whole numbers.
bool IntervalSolver::Check(std::span<const double> x, std::vector<int64_t>* solution) const {
  solution->resize(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double whole = std::nearbyint(x[i]);
    if (std::abs(whole - x[i]) > kWholeTolerance || std::abs(whole) > 1e15) return false;
    const int64_t w = static_cast<int64_t>(whole);
    if (w < lower_[i] || w > upper_[i]) return false;
    (*solution)[i] = w;
  }
  for (size_t r = 0; r < local_rows_.size(); ++r) {
    int64_t sum = 0;
    for (uint32_t i : local_rows_[r]) sum += (*solution)[i];
    const AttackSystem::Row& row = system_.rows[part_.rows[r]];
    if (sum < row.low || sum > row.high) return false;
  }
  return true;
}

IntervalSolver::Bound IntervalSolver::Solve(std::span<const uint32_t> local_vars, bool maximize) {
  Impl& m = *impl_;
  ++programs_;
  double* objective = m.lp.objective();
  std::fill_n(objective, part_.vars.size(), 0.0);
  for (uint32_t i : local_vars) objective[i] = maximize ? -1 : 1;
  m.lp.primal(m.feasible_known ? 1 : 0);
  Bound bound{Outcome::kFailed, 0, false, {}};
  if (m.lp.isProvenDualInfeasible()) {
    bound.outcome = Outcome::kUnbounded;
    return bound;
  }
  if (m.lp.isProvenPrimalInfeasible()) {
    bound.outcome = Outcome::kInfeasible;
    return bound;
  }
  if (!m.lp.isProvenOptimal()) return bound;
  m.feasible_known = true;
  bound.outcome = Outcome::kOptimal;
  const double value = m.lp.objectiveValue();
  bound.outer =
      static_cast<int64_t>(maximize ? std::floor(-value + 1e-5) : std::ceil(value - 1e-5));
  const std::span<const double> x(m.lp.primalColumnSolution(), part_.vars.size());
  if (Check(x, &bound.solution)) {
    bound.attained = true;
    return bound;
  }
  return SolveInteger(local_vars, maximize, bound.outer);
}

IntervalSolver::Bound IntervalSolver::SolveInteger(std::span<const uint32_t> local_vars,
                                                   bool maximize, int64_t outer) {
  Impl& m = *impl_;
  ++programs_;
  std::vector<double> objective(part_.vars.size(), 0.0);
  for (uint32_t i : local_vars) objective[i] = maximize ? -1 : 1;
  OsiClpSolverInterface solver;
  solver.messageHandler()->setLogLevel(0);
  solver.loadProblem(m.matrix, m.low.data(), m.high.data(), objective.data(), m.row_low.data(),
                     m.row_high.data());
  for (size_t i = 0; i < part_.vars.size(); ++i) solver.setInteger(static_cast<int>(i));
  CbcModel model(solver);
  model.setLogLevel(0);
  model.setMaximumNodes(max_nodes_);
  model.initialSolve();
  model.branchAndBound();
  Bound bound{Outcome::kOptimal, outer, false, {}};
  if (model.isProvenInfeasible()) {
    bound.outcome = Outcome::kInfeasible;
    return bound;
  }
  if (model.bestSolution() == nullptr) return bound;
  const std::span<const double> x(model.bestSolution(), part_.vars.size());
  if (!Check(x, &bound.solution)) return bound;
  bound.attained = true;
  if (model.isProvenOptimal()) {
    int64_t sum = 0;
    for (uint32_t i : local_vars) sum += bound.solution[i];
    bound.outer = sum;
  }
  return bound;
}

}  // namespace oboro::sdc

#include "services/sdc/tables/knowledge_solver.h"

#include <algorithm>
#include <cmath>
#include <coin/CbcModel.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <coin/OsiClpSolverInterface.hpp>
#include <map>
#include <utility>

namespace oboro::sdc {
namespace {

constexpr size_t kNear[] = {60, 250, 1000, 4000};
constexpr int kMaxNodes = 200;  // work, not time: verdicts are repeatable
// Row activities past this lose whole numbers in a double; such a program is not asked.
constexpr double kExact = 4.5e15;

struct Program {
  std::vector<int> rows, columns;
  std::vector<double> factors, row_low, row_high, low;
  int variables = 0;

  void AddRow(const std::vector<std::pair<int, double>>& terms, double l, double h) {
    for (const auto& [column, factor] : terms) {
      rows.push_back(static_cast<int>(row_low.size()));
      columns.push_back(column);
      factors.push_back(factor);
    }
    row_low.push_back(l);
    row_high.push_back(h);
  }

  // A whole-numbered point, or nothing.
  std::optional<std::vector<int64_t>> Solve() const {
    for (double b : row_low) {
      if (b != -COIN_DBL_MAX && std::abs(b) > kExact) return std::nullopt;
    }
    CoinPackedMatrix matrix(false, rows.data(), columns.data(), factors.data(),
                            static_cast<CoinBigIndex>(rows.size()));
    matrix.setDimensions(static_cast<int>(row_low.size()), variables);
    const std::vector<double> high(variables, COIN_DBL_MAX), zero(variables, 0.0),
        floor(variables, 0.0);
    OsiClpSolverInterface lp;
    lp.messageHandler()->setLogLevel(0);
    lp.loadProblem(matrix, floor.data(), high.data(), zero.data(), row_low.data(), row_high.data());
    lp.initialSolve();
    if (!lp.isProvenOptimal()) return std::nullopt;
    if (auto whole = Rounded(lp.getColSolution())) return whole;
    for (int i = 0; i < variables; ++i) lp.setInteger(i);
    CbcModel model(lp);
    model.setLogLevel(0);
    model.setMaximumNodes(kMaxNodes);
    model.setMaximumSolutions(1);
    model.initialSolve();
    model.branchAndBound();
    if (model.bestSolution() == nullptr) return std::nullopt;
    return Rounded(model.bestSolution());
  }

  std::optional<std::vector<int64_t>> Rounded(const double* x) const {
    std::vector<int64_t> whole(variables);
    for (int i = 0; i < variables; ++i) {
      if (std::abs(std::nearbyint(x[i]) - x[i]) > 1e-6 || std::abs(x[i]) > 1e15) {
        return std::nullopt;
      }
      whole[i] = static_cast<int64_t>(std::nearbyint(x[i]));
    }
    return whole;
  }
};

double Low(int64_t b) { return b == INT64_MIN ? -COIN_DBL_MAX : static_cast<double>(b); }
double High(int64_t b) { return b == INT64_MAX ? COIN_DBL_MAX : static_cast<double>(b); }

}  // namespace

KnowledgeSolver::KnowledgeSolver(const Knowledge& knowledge, std::span<const int64_t> base)
    : knowledge_(knowledge),
      base_(base),
      rows_of_(knowledge.variables()),
      known_(knowledge.variables(), 0) {
  for (uint32_t r = 0; r < knowledge.rows().size(); ++r) {
    const Knowledge::Row& row = knowledge.rows()[r];
    for (const Knowledge::Term& t : row.terms) rows_of_[t.var].push_back(r);
    if (row.terms.size() == 1 && row.low == row.high) known_[row.terms[0].var] = 1;
  }
}

// Breadth first over the rows, short rows before long ones: links between two tables and small
// margins come first.
std::vector<uint32_t> KnowledgeSolver::Neighbourhood(std::span<const uint32_t> goal,
                                                     size_t limit) const {
  std::vector<uint8_t> in(known_);
  std::vector<uint32_t> near;
  for (uint32_t v : goal) {
    if (!in[v]) near.push_back(v);
    in[v] = 1;
  }
  for (size_t i = 0; i < near.size() && near.size() < limit; ++i) {
    std::vector<uint32_t> rows = rows_of_[near[i]];
    std::sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(knowledge_.rows()[a].terms.size(), a) <
             std::pair(knowledge_.rows()[b].terms.size(), b);
    });
    for (uint32_t r : rows) {
      size_t taken = 0;
      for (const Knowledge::Term& t : knowledge_.rows()[r].terms) {
        if (near.size() >= limit || taken > limit / 8) break;
        if (in[t.var]) continue;
        in[t.var] = 1;
        near.push_back(t.var);
        ++taken;
      }
    }
  }
  std::sort(near.begin(), near.end());
  return near;
}

std::optional<std::vector<int64_t>> KnowledgeSolver::Find(std::span<const uint32_t> goal, int sign,
                                                          int64_t amount) {
  size_t before = 0;
  for (size_t limit : kNear) {
    const std::vector<uint32_t> near = Neighbourhood(goal, limit);
    if (near.empty() || near.size() == before) break;
    before = near.size();
    std::map<uint32_t, int> local;
    std::vector<uint32_t> rows;
    for (uint32_t v : near) {
      local.emplace(v, static_cast<int>(local.size()));
      rows.insert(rows.end(), rows_of_[v].begin(), rows_of_[v].end());
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    Program program;
    program.variables = static_cast<int>(near.size());
    std::vector<std::pair<int, double>> terms;
    for (uint32_t r : rows) {
      const Knowledge::Row& row = knowledge_.rows()[r];
      terms.clear();
      __int128 rest = 0;
      for (const Knowledge::Term& t : row.terms) {
        const auto at = local.find(t.var);
        if (at == local.end()) {
          rest += static_cast<__int128>(t.factor) * base_[t.var];
        } else {
          terms.emplace_back(at->second, static_cast<double>(t.factor));
        }
      }
      const double shift = static_cast<double>(static_cast<int64_t>(rest));
      program.AddRow(terms, row.low == INT64_MIN ? -COIN_DBL_MAX : Low(row.low) - shift,
                     row.high == INT64_MAX ? COIN_DBL_MAX : High(row.high) - shift);
    }
    terms.clear();
    double true_sum = 0;
    for (uint32_t v : goal) {
      const auto at = local.find(v);
      if (at == local.end()) continue;
      terms.emplace_back(at->second, 1.0);
      true_sum += static_cast<double>(base_[v]);
    }
    const double aim = true_sum + static_cast<double>(sign * amount);
    program.AddRow(terms, sign > 0 ? aim : -COIN_DBL_MAX, sign > 0 ? COIN_DBL_MAX : aim);
    ++programs_;
    const auto found = program.Solve();
    if (!found) continue;
    std::vector<int64_t> table(base_.begin(), base_.end());
    int64_t change = 0;
    for (uint32_t v : near) table[v] = (*found)[local.at(v)];
    for (uint32_t v : goal) change += table[v] - base_[v];
    if (change * sign >= amount && CheckTable(knowledge_, table).ok()) return table;
  }
  return std::nullopt;
}

std::optional<std::vector<int64_t>> KnowledgeSolver::Feasible(const Knowledge& knowledge) {
  Program program;
  program.variables = static_cast<int>(knowledge.variables());
  std::vector<std::pair<int, double>> terms;
  for (const Knowledge::Row& row : knowledge.rows()) {
    terms.clear();
    for (const Knowledge::Term& t : row.terms) {
      terms.emplace_back(static_cast<int>(t.var), static_cast<double>(t.factor));
    }
    program.AddRow(terms, Low(row.low), High(row.high));
  }
  auto table = program.Solve();
  if (!table || !CheckTable(knowledge, *table).ok()) return std::nullopt;
  return table;
}

}  // namespace oboro::sdc

// Small tables are also approached from the other side: from everything suppressed downwards.
#include <algorithm>
#include <tuple>
#include <utility>

#include "services/sdc/tables/suppressor.h"

namespace oboro::sdc {
namespace {

constexpr size_t kFewGoals = 64;  // up to so many, small tables are approached from both sides
constexpr int kEliminations = 12;
constexpr uint64_t kEliminationWork = 1'000'000;
constexpr uint64_t kEliminationBudget = 4'000'000;

}  // namespace

// Any witness over cells that cost nothing now: a box, boxes added up, or in the end a program.
bool Suppressor::FindFree(const Goal& goal, std::vector<Witness::Change>* changes, int8_t* sign) {
  int64_t cost = 0;
  *sign = goal.sign;
  if (FindSingle(goal, 1, changes, &cost, sign)) return true;
  for (int8_t s : {1, -1}) {
    if (goal.sign != 0 && goal.sign != s) continue;
    program_work_ += CheapestWitness::kWorkPerCell * grid_.cell_count();
    *sign = s;
    if (longer_->Find(goal.cell, s, goal.amount, NextRandom(&random_), changes)) return true;
  }
  return false;
}

// From the other side: everything may go at first; then cell after cell is published for good, the
// dear ones first, as long as every goal keeps a witness (the order of GaussSuppression, Langsrud
// 2024, but with witnesses in place of ranks). Leaves a pattern from which none can be taken.
bool Suppressor::Eliminate(bool shuffle, uint64_t work_end) {
  std::vector<CellId> order;
  for (CellId c = 0; c < grid_.cell_count(); ++c) {
    if (problem_.statuses[c] != CellStatus::kValue || problem_.cost[c] >= kFixedCell) continue;
    order.push_back(c);
    cost_[c] = 0;
  }
  std::vector<uint64_t> rank(grid_.cell_count());
  for (CellId c : order) {
    const uint64_t size = static_cast<uint64_t>(problem_.values[c]) + 1;
    rank[c] = shuffle ? size * (NextRandom(&random_) >> 44) : size;
  }
  std::sort(order.begin(), order.end(), [&](CellId a, CellId b) {
    return std::tuple(-problem_.cost[a], rank[b], a) < std::tuple(-problem_.cost[b], rank[a], b);
  });
  std::vector<std::pair<int8_t, std::vector<Witness::Change>>> found(goals_.size());
  bool all = true;
  for (uint32_t g = 0; g < goals_.size() && all; ++g) {
    Fix(goals_[g]);
    all = FindFree(goals_[g], &found[g].second, &found[g].first);
    Unfix();
  }
  for (CellId c : order) {
    if (!all || Work() > work_end) break;
    cost_[c] = kFixedCell;
    std::vector<std::pair<uint32_t, std::pair<int8_t, std::vector<Witness::Change>>>> old;
    bool good = true;
    for (uint32_t g = 0; g < goals_.size() && good; ++g) {
      if (ChangeOf(Witness{found[g].second}, c) == 0) continue;
      old.emplace_back(g, found[g]);
      Fix(goals_[g]);
      good = FindFree(goals_[g], &found[g].second, &found[g].first);
      Unfix();
    }
    if (good) continue;
    cost_[c] = 0;
    for (auto& [g, was] : old) found[g] = std::move(was);
  }
  for (CellId c : order) cost_[c] = problem_.cost[c];
  if (!all) return false;
  for (uint32_t g = 0; g < goals_.size(); ++g)
    Attach(g, std::move(found[g].second), found[g].first);
  return true;
}

// Small tables are also approached from the other side, several times.
void Suppressor::TryElimination() {
  if (grid_.cell_count() > CheapestWitness::kMaxCells || goals_.size() > kFewGoals) return;
  longer_ = std::make_unique<CheapestWitness>(grid_, cost_, room_up_, room_down_);
  const uint64_t limit = problem_.work_limit;
  const uint64_t work_end =
      Work() + (limit > 0 ? std::min(kEliminationBudget, 3 * limit) : kEliminationBudget);
  for (int round = 0; round < kEliminations && total_ > 0 && Work() < work_end; ++round) {
    const int64_t best = total_;
    Save();
    auto kept = saved_;  // Improve saves too
    for (uint32_t g = 0; g < goals_.size(); ++g) {
      if (goals_[g].proven) Detach(g);
    }
    const bool found = Eliminate(round > 0, work_end);
    if (found) Improve(std::min(kEliminationWork, work_end - std::min(work_end, Work())));
    if (!found || total_ >= best) {
      saved_ = std::move(kept);
      Restore();
    }
  }
}

}  // namespace oboro::sdc

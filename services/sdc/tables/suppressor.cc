#include "services/sdc/tables/suppressor.h"

#include <algorithm>
#include <map>
#include <utility>

namespace oboro::sdc {
namespace {

constexpr uint64_t kWorkPerFind = 4'000'000;
constexpr int kMaxBoxes = 24;  // boxes in one composite witness

uint64_t NextRandom(uint64_t* state) {  // splitmix64, fixed seed: runs are repeatable
  uint64_t x = *state += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

std::vector<Witness::Change> ToChanges(const Box& box, int64_t amount) {
  std::vector<Witness::Change> changes;
  changes.reserve(box.cells.size());
  for (const auto& [cell, sign] : box.cells) changes.push_back({cell, sign * amount});
  std::sort(changes.begin(), changes.end(),
            [](const auto& a, const auto& b) { return a.cell < b.cell; });
  return changes;
}

}  // namespace

Suppressor::Suppressor(const SuppressionProblem& problem)
    : problem_(problem),
      grid_(*problem.grid),
      statuses_(problem.statuses),
      cost_(problem.cost),
      room_up_(grid_.cell_count()),
      room_down_(grid_.cell_count()),
      search_(grid_, cost_, room_up_, room_down_) {
  for (CellId c = 0; c < grid_.cell_count(); ++c) {
    if (IsUnknown(statuses_[c])) cost_[c] = 0;
    room_up_[c] =
        problem.bounds.upper.empty() ? INT64_MAX / 4 : problem.bounds.upper[c] - problem.values[c];
    room_down_[c] = problem.values[c] - problem.bounds.lower[c];
  }
  MakeGoals();
}

void Suppressor::MakeGoals() {
  for (uint32_t t = 0; t < problem_.targets.size(); ++t) {
    const Target& target = problem_.targets[t];
    if (target.up > 0) goals_.push_back({target.cell, 1, target.up, t});
    if (target.down > 0) goals_.push_back({target.cell, -1, target.down, t});
    if (target.up <= 0 && target.down <= 0) goals_.push_back({target.cell, 0, 1, t});
  }
  // The hardest first: they leave suppressions that the easier ones can share.
  std::stable_sort(goals_.begin(), goals_.end(), [](const Goal& a, const Goal& b) {
    return std::pair(-a.amount, a.cell) < std::pair(-b.amount, b.cell);
  });
}

void Suppressor::FixInsider(int32_t insider, bool fix, CellId spare) {
  if (insider < 0) return;
  if (fix) {
    for (CellId c : problem_.insiders[insider]) {
      if (c == spare) continue;
      fixed_.push_back({c, {room_up_[c], room_down_[c]}});
      room_up_[c] = room_down_[c] = 0;
    }
    return;
  }
  for (size_t i = fixed_.size(); i-- > 0;) {
    room_up_[fixed_[i].first] = fixed_[i].second.first;
    room_down_[fixed_[i].first] = fixed_[i].second.second;
  }
  fixed_.clear();
}

bool Suppressor::FindSingle(const Goal& goal, int64_t below, std::vector<Witness::Change>* changes,
                            int64_t* cost, int8_t* sign) {
  Box box;
  bool found = false;
  for (int8_t s : {1, -1}) {
    if (goal.sign != 0 && goal.sign != s) continue;
    if (!search_.Find(goal.cell, s, goal.amount, below, kWorkPerFind, &box)) continue;
    found = true;
    below = *cost = box.cost;
    *sign = s;
    *changes = ToChanges(box, goal.amount);
  }
  return found;
}

// Adds up boxes of smaller amounts, each within the room that the earlier ones left.
bool Suppressor::FindComposite(const Goal& goal, int8_t sign, int64_t below,
                               std::vector<Witness::Change>* changes, int64_t* cost) {
  std::map<CellId, int64_t> delta;
  std::vector<std::pair<CellId, int64_t>> paid;
  int64_t left = goal.amount;
  *cost = 0;
  Box box;
  for (int n = 0; n < kMaxBoxes && left > 0; ++n) {
    int64_t amount = left;
    bool found = false;
    for (; amount > 0 && !found; amount = found ? amount : amount / 2) {
      found = search_.Find(goal.cell, sign, amount, below - *cost, kWorkPerFind, &box);
      if (found) break;
    }
    if (!found) break;
    *cost += box.cost;
    for (const auto& [cell, s] : box.cells) {
      delta[cell] += s * amount;
      room_up_[cell] -= s * amount;
      room_down_[cell] += s * amount;
      if (cost_[cell] != 0) {
        paid.emplace_back(cell, cost_[cell]);
        cost_[cell] = 0;
      }
    }
    left -= amount;
  }
  for (const auto& [cell, d] : delta) {
    room_up_[cell] += d;
    room_down_[cell] -= d;
  }
  for (const auto& [cell, c] : paid) cost_[cell] = c;
  if (left > 0) return false;
  changes->clear();
  for (const auto& [cell, d] : delta) {
    if (d != 0) changes->push_back({cell, d});
  }
  return true;
}

bool Suppressor::Protect(uint32_t g, int64_t below) {
  Goal& goal = goals_[g];
  std::vector<Witness::Change> changes, other;
  int64_t cost = 0;
  int8_t sign = goal.sign;
  FixInsider(goal.insider, true, goal.cell);
  bool found = FindSingle(goal, below, &changes, &cost, &sign);
  if (goal.amount > 1 && (!found || cost > 0)) {
    int64_t composite = 0;
    if (FindComposite(goal, goal.sign, found ? cost : below, &other, &composite)) {
      found = true;
      sign = goal.sign;
      changes = std::move(other);
    }
  }
  FixInsider(goal.insider, false, goal.cell);
  if (found) Attach(g, std::move(changes), sign);
  return found;
}

void Suppressor::Attach(uint32_t g, std::vector<Witness::Change> changes, int8_t sign) {
  for (const Witness::Change& change : changes) {
    const CellId c = change.cell;
    if (statuses_[c] == CellStatus::kValue) {
      statuses_[c] = CellStatus::kSuppressedSecondary;
      total_ += problem_.cost[c];
      cost_[c] = 0;
    }
    if (statuses_[c] == CellStatus::kSuppressedSecondary) users_[c].push_back(g);
  }
  goals_[g].changes = std::move(changes);
  goals_[g].proven = true;
  goals_[g].proven_sign = sign;
}

void Suppressor::Detach(uint32_t g) {
  for (const Witness::Change& change : goals_[g].changes) {
    const CellId c = change.cell;
    auto it = users_.find(c);
    if (it == users_.end()) continue;
    auto& list = it->second;
    list.erase(std::find(list.begin(), list.end(), g));
    if (list.empty()) {
      users_.erase(it);
      if (problem_.statuses[c] == CellStatus::kValue) {
        statuses_[c] = CellStatus::kValue;
        total_ -= problem_.cost[c];
        cost_[c] = problem_.cost[c];
      }
    }
  }
  goals_[g].changes.clear();
  goals_[g].proven = false;
}

void Suppressor::ProtectAll() {
  for (uint32_t g = 0; g < goals_.size(); ++g) {
    if (!goals_[g].proven) Protect(g, kFixedCell);
  }
}

uint32_t Suppressor::UseCount(CellId cell) const {
  auto it = users_.find(cell);
  return it == users_.end() ? 0 : static_cast<uint32_t>(it->second.size());
}

// Publishes the given secondaries again and protects all that leaned on them anew, without them.
// Keeps the outcome if it costs no more than before.
bool Suppressor::Ruin(const std::vector<CellId>& cells) {
  std::vector<uint32_t> hit;
  for (CellId c : cells) {
    auto it = users_.find(c);
    if (it != users_.end()) hit.insert(hit.end(), it->second.begin(), it->second.end());
  }
  std::sort(hit.begin(), hit.end());
  hit.erase(std::unique(hit.begin(), hit.end()), hit.end());
  if (hit.empty()) return false;
  const int64_t before = total_;
  std::vector<std::pair<int8_t, std::vector<Witness::Change>>> old;
  for (uint32_t g : hit) {
    old.emplace_back(goals_[g].proven_sign, goals_[g].changes);
    Detach(g);
  }
  std::vector<std::pair<CellId, int64_t>> barred;
  for (CellId c : cells) {
    if (statuses_[c] != CellStatus::kValue) continue;
    barred.emplace_back(c, cost_[c]);
    cost_[c] = kFixedCell;
  }
  bool good = true;
  for (uint32_t g : hit) {
    if (!Protect(g, before - total_ + 1)) {
      good = false;
      break;
    }
  }
  for (const auto& [c, cost] : barred) cost_[c] = cost;
  good = good && total_ <= before;
  if (!good) {
    for (uint32_t g : hit) {
      if (goals_[g].proven) Detach(g);
    }
    for (size_t i = 0; i < hit.size(); ++i) Attach(hit[i], std::move(old[i].second), old[i].first);
  }
  return good && total_ < before;
}

bool Suppressor::Pass(uint64_t work_end) {
  std::vector<CellId> cells;
  for (const auto& [cell, list] : users_) {
    if (problem_.statuses[cell] == CellStatus::kValue) cells.push_back(cell);
  }
  std::sort(cells.begin(), cells.end(), [&](CellId a, CellId b) {
    return std::tuple(UseCount(a), -problem_.cost[a], a) <
           std::tuple(UseCount(b), -problem_.cost[b], b);
  });
  bool better = false;
  for (CellId c : cells) {
    if (search_.work() > work_end) return false;
    if (UseCount(c) > 0 && Ruin({c})) better = true;
  }
  return better;
}

void Suppressor::Improve(uint64_t work_limit) {
  const uint64_t work_end = search_.work() + work_limit;
  while (search_.work() < work_end && Pass(work_end)) {
  }
  // Larger ruins: a secondary together with others that its users lean on.
  std::vector<CellId> cells, ruin;
  size_t idle = 0;
  for (uint64_t step = 0; search_.work() < work_end && total_ > 0; ++step) {
    if (++idle > 64 + 8 * cells.size() && step > 0) return;  // nothing better for long
    if (step % 64 == 0) {
      cells.clear();
      for (const auto& [cell, list] : users_) {
        if (problem_.statuses[cell] == CellStatus::kValue) cells.push_back(cell);
      }
      std::sort(cells.begin(), cells.end());
      if (cells.empty()) return;
    }
    const CellId seed = cells[NextRandom(&random_) % cells.size()];
    auto it = users_.find(seed);
    if (it == users_.end()) continue;
    ruin.assign(1, seed);
    const size_t more = 1 + NextRandom(&random_) % 3;
    for (size_t k = 0; k < more; ++k) {
      const Goal& goal = goals_[it->second[NextRandom(&random_) % it->second.size()]];
      const CellId c = goal.changes[NextRandom(&random_) % goal.changes.size()].cell;
      if (problem_.statuses[c] == CellStatus::kValue) ruin.push_back(c);
    }
    std::sort(ruin.begin(), ruin.end());
    ruin.erase(std::unique(ruin.begin(), ruin.end()), ruin.end());
    if (Ruin(ruin)) idle = 0;
  }
}

// An insider knows some cells; a target is safe from him if one of its witnesses leaves them all as
// they are (or if he knows the target itself). Adds what is still to prove; false if nothing is.
bool Suppressor::AddInsiderGoals() {
  std::map<std::pair<CellId, int8_t>, std::vector<uint32_t>> by_target;
  for (uint32_t g = 0; g < goals_.size(); ++g) {
    by_target[{goals_[g].cell, goals_[g].sign}].push_back(g);
  }
  std::unordered_map<CellId, std::vector<uint32_t>> knows;
  for (uint32_t k = 0; k < problem_.insiders.size(); ++k) {
    for (CellId c : problem_.insiders[k]) knows[c].push_back(k);
  }
  std::vector<Goal> fresh;
  for (const auto& [key, list] : by_target) {
    std::map<uint32_t, size_t> touched;  // insider -> witnesses that change a cell he knows
    for (uint32_t g : list) {
      std::vector<uint32_t> seen;
      for (const Witness::Change& change : goals_[g].changes) {
        auto it = knows.find(change.cell);
        if (it == knows.end()) continue;
        seen.insert(seen.end(), it->second.begin(), it->second.end());
      }
      std::sort(seen.begin(), seen.end());
      seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
      for (uint32_t k : seen) ++touched[k];
    }
    for (const auto& [k, count] : touched) {
      const auto& cells = problem_.insiders[k];
      if (count < list.size() || std::find(cells.begin(), cells.end(), key.first) != cells.end()) {
        continue;
      }
      Goal goal{key.first, key.second, goals_[list[0]].amount, goals_[list[0]].target};
      goal.insider = static_cast<int32_t>(k);
      fresh.push_back(std::move(goal));
      break;  // its witness may serve against the other insiders too
    }
  }
  goals_.insert(goals_.end(), fresh.begin(), fresh.end());
  return !fresh.empty();
}

SuppressionResult Suppressor::Run() {
  ProtectAll();
  Improve(problem_.work_limit);
  while (AddInsiderGoals()) ProtectAll();

  SuppressionResult result;
  result.statuses = statuses_;
  result.cost = total_;
  result.work = search_.work();
  std::vector<uint8_t> open(problem_.targets.size(), 0);
  for (const Goal& goal : goals_) {
    if (!goal.proven) {
      if (!open[goal.target]++) result.unprotected.push_back(problem_.targets[goal.target]);
      continue;
    }
    result.proofs.push_back({problem_.targets[goal.target], goal.proven_sign, goal.amount,
                             goal.insider, Witness{goal.changes}});
  }
  return result;
}

}  // namespace oboro::sdc

#include "services/sdc/tables/suppressor.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "services/sdc/tables/program_witness.h"

namespace oboro::sdc {
namespace {

constexpr uint64_t kWorkPerFind = 4'000'000;
constexpr size_t kFewSecondaries = 48;
constexpr uint64_t kOrders = 24;
constexpr size_t kFewOpen = 64;
constexpr uint64_t kQuickWork = 300'000'000;  // some seconds
constexpr int kMaxPrograms = 100;  // targets that integer programs are asked for in one run
constexpr int kMaxReroutes = 6;
constexpr int kMaxBoxes = 24;  // boxes in one composite witness

std::vector<Witness::Change> ToChanges(const Box& box, int64_t amount) {
  std::vector<Witness::Change> changes;
  changes.reserve(box.cells.size());
  for (const auto& [cell, sign] : box.cells) changes.push_back({cell, sign * amount});
  std::sort(changes.begin(), changes.end(),
            [](const auto& a, const auto& b) { return a.cell < b.cell; });
  return changes;
}

}  // namespace

Suppressor::Suppressor(const SuppressionProblem& problem, const SearchStyle& style)
    : problem_(problem),
      style_(style),
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
  random_ = style.seed;
  slot_.assign(grid_.cell_count(), 0);
  delta_.assign(grid_.cell_count(), 0);
  MakeGoals();
}

bool Suppressor::Keeps(const Goal& goal, const Witness& witness) const {
  const CellId keep = problem_.targets[goal.target].keep;
  return keep == Target::kNoKeep || ChangeOf(witness, keep) == 0;
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

// No room for what the goal's insider knows, nor for the cell that its target keeps.
void Suppressor::Fix(const Goal& goal) {
  const auto fix = [&](CellId c) {
    if (c == goal.cell) return;
    fixed_.push_back({c, {room_up_[c], room_down_[c]}});
    room_up_[c] = room_down_[c] = 0;
  };
  if (goal.insider >= 0) {
    for (CellId c : problem_.insiders[goal.insider]) fix(c);
  }
  const CellId keep = problem_.targets[goal.target].keep;
  if (keep != Target::kNoKeep) fix(keep);
}

void Suppressor::Unfix() {
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
  std::vector<CellId> touched;
  std::vector<std::pair<CellId, int64_t>> paid;
  int64_t left = goal.amount;
  *cost = 0;
  Box box;
  for (int n = 0; n < kMaxBoxes && left > 0; ++n) {
    // The whole amount in one box has been tried before.
    int64_t amount = n == 0 ? (left + 1) / 2 : left;
    while (amount > 0 &&
           !search_.Find(goal.cell, sign, amount, below - *cost, kWorkPerFind, &box)) {
      amount /= 2;
    }
    if (amount == 0) break;
    *cost += box.cost;
    for (const auto& [cell, s] : box.cells) {
      touched.push_back(cell);
      delta_[cell] += s * amount;
      room_up_[cell] -= s * amount;
      room_down_[cell] += s * amount;
      if (cost_[cell] != 0) {
        paid.emplace_back(cell, cost_[cell]);
        cost_[cell] = 0;
      }
    }
    left -= amount;
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  changes->clear();
  for (CellId cell : touched) {
    room_up_[cell] += delta_[cell];
    room_down_[cell] -= delta_[cell];
    if (delta_[cell] != 0) changes->push_back({cell, delta_[cell]});
    delta_[cell] = 0;
  }
  for (const auto& [cell, c] : paid) cost_[cell] = c;
  return left == 0;
}

// Takes one dear cell out of a witness: a second box through it, in the other direction, cancels
// its change and leads around it over cells that cost less. Longer cycles arise from several such
// steps.
bool Suppressor::Reroute(const Goal& goal, int8_t sign, std::vector<Witness::Change>* changes,
                         int64_t* cost) {
  std::vector<std::pair<CellId, int64_t>> paid;
  for (const Witness::Change& c : *changes) {
    if (cost_[c.cell] > 0) paid.emplace_back(c.cell, cost_[c.cell]);
  }
  if (paid.empty()) return false;
  for (const Witness::Change& c : *changes) {
    room_up_[c.cell] -= c.delta;
    room_down_[c.cell] += c.delta;
  }
  for (const auto& [cell, price] : paid) cost_[cell] = 0;
  const auto [up, down] = std::pair(room_up_[goal.cell], room_down_[goal.cell]);
  room_up_[goal.cell] = room_down_[goal.cell] = 0;
  Box box, best;
  int64_t gain = 0, best_amount = 0;
  for (const auto& [cell, price] : paid) {
    const int64_t delta = ChangeOf(Witness{*changes}, cell);
    const int64_t amount = delta > 0 ? delta : -delta;
    if (!search_.Find(cell, delta > 0 ? -1 : 1, amount, price - gain, kWorkPerFind, &box)) continue;
    gain = price - box.cost;
    best = box;
    best_amount = amount;
  }
  room_up_[goal.cell] = up, room_down_[goal.cell] = down;
  for (const auto& [cell, price] : paid) cost_[cell] = price;
  for (const Witness::Change& c : *changes) {
    room_up_[c.cell] += c.delta;
    room_down_[c.cell] -= c.delta;
  }
  if (gain == 0) return false;
  std::map<CellId, int64_t> sum;
  for (const Witness::Change& c : *changes) sum[c.cell] += c.delta;
  for (const auto& [cell, s] : best.cells) sum[cell] += s * best_amount;
  std::vector<Witness::Change> next;
  int64_t total = 0;
  for (const auto& [cell, d] : sum) {
    if (d == 0) continue;
    next.push_back({cell, d});
    total += cost_[cell];
  }
  if (total >= *cost) return false;
  *changes = std::move(next);
  *cost = total;
  return true;
}

bool Suppressor::Protect(uint32_t g, int64_t below) {
  Goal& goal = goals_[g];
  std::vector<Witness::Change> changes, other;
  int64_t cost = 0;
  int8_t sign = goal.sign;
  Fix(goal);
  bool found = FindSingle(goal, below, &changes, &cost, &sign);
  if (goal.amount > 1 && (!found || cost > 0)) {
    int64_t composite = 0;
    if (FindComposite(goal, goal.sign, found ? cost : below, &other, &composite)) {
      found = true;
      sign = goal.sign;
      changes = std::move(other);
      cost = composite;
    }
  }
  if (!found || cost > 0) {
    int64_t paid = 0;
    if (FindKnown(goal, found ? cost : below, &other, &paid, &sign)) {
      found = true;
      changes = std::move(other);
      cost = paid;
    }
  }
  // Where the room is scarce, which box comes first decides: try other orders before giving up.
  const uint64_t orders = below == kFixedCell ? orders_ : 0;
  for (uint64_t salt = 1; !found && goal.amount > 1 && salt <= orders; ++salt) {
    search_.set_salt(salt * 0x9E3779B97F4A7C15ull);
    found = FindComposite(goal, goal.sign, below, &changes, &cost);
    search_.set_salt(0);
    sign = goal.sign;
  }
  for (int step = 0; found && cost > 0 && step < kMaxReroutes; ++step) {
    if (!Reroute(goal, sign, &changes, &cost)) break;
  }
  Unfix();
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
    if (statuses_[c] != CellStatus::kSuppressedSecondary) continue;
    if (slot_[c] == 0) {
      if (free_slots_.empty()) {
        users_.emplace_back();
        slot_[c] = static_cast<uint32_t>(users_.size());
      } else {
        slot_[c] = free_slots_.back();
        free_slots_.pop_back();
      }
    }
    users_[slot_[c] - 1].push_back(g);
  }
  goals_[g].changes = std::move(changes);
  goals_[g].proven = true;
  goals_[g].proven_sign = sign;
}

void Suppressor::Detach(uint32_t g) {
  for (const Witness::Change& change : goals_[g].changes) {
    const CellId c = change.cell;
    if (slot_[c] == 0) continue;
    auto& list = users_[slot_[c] - 1];
    auto at = std::find(list.begin(), list.end(), g);
    *at = list.back();
    list.pop_back();
    if (!list.empty()) continue;
    free_slots_.push_back(slot_[c]);
    slot_[c] = 0;
    if (problem_.statuses[c] != CellStatus::kValue) continue;
    statuses_[c] = CellStatus::kValue;
    total_ -= problem_.cost[c];
    cost_[c] = problem_.cost[c];
  }
  goals_[g].changes.clear();
  goals_[g].proven = false;
}

// In haste only few are searched for in other orders.
void Suppressor::ProtectAll() {
  orders_ = problem_.quick ? 0 : kOrders;
  std::vector<uint32_t> open;
  const auto late = [&] { return problem_.quick && Work() > kQuickWork; };
  for (uint32_t g = 0; g < goals_.size(); ++g) {
    if (!goals_[g].proven && (late() || !Protect(g, kFixedCell))) open.push_back(g);
  }
  if (!problem_.quick || open.size() > kFewOpen || late()) return;
  orders_ = kOrders;
  for (const uint32_t g : open) Protect(g, kFixedCell);
}

const std::vector<uint32_t>& Suppressor::UsersOf(CellId cell) const {
  static const std::vector<uint32_t> kNone;
  return slot_[cell] == 0 ? kNone : users_[slot_[cell] - 1];
}

std::vector<CellId> Suppressor::Secondaries() const {
  std::vector<CellId> cells;
  for (CellId c = 0; c < grid_.cell_count(); ++c) {
    if (slot_[c] != 0 && problem_.statuses[c] == CellStatus::kValue) cells.push_back(c);
  }
  return cells;
}

// Publishes the given secondaries again and protects all that leaned on them anew, without them.
// Keeps the outcome if it costs no more than before.
bool Suppressor::Ruin(const std::vector<CellId>& cells, int64_t slack, bool shuffle) {
  std::vector<uint32_t> hit;
  for (CellId c : cells) {
    const auto& users = UsersOf(c);
    hit.insert(hit.end(), users.begin(), users.end());
  }
  std::sort(hit.begin(), hit.end());
  hit.erase(std::unique(hit.begin(), hit.end()), hit.end());
  if (hit.empty()) return false;
  for (size_t i = shuffle ? hit.size() : 0; i > 1; --i) {
    std::swap(hit[i - 1], hit[NextRandom(&random_) % i]);
  }
  const int64_t before = total_;
  std::vector<std::pair<int8_t, std::vector<Witness::Change>>> old;
  for (uint32_t g : hit) {
    old.emplace_back(goals_[g].proven_sign, goals_[g].changes);
    Detach(g);
  }
  std::vector<std::pair<CellId, int64_t>> barred;
  for (CellId c : cells) {
    if (statuses_[c] != CellStatus::kValue || cells.size() > style_.reach) continue;
    barred.emplace_back(c, cost_[c]);
    cost_[c] = kFixedCell;
  }
  bool good = true;
  for (uint32_t g : hit) {
    if (!Protect(g, before + slack - total_ + 1)) {
      good = false;
      break;
    }
  }
  for (const auto& [c, cost] : barred) cost_[c] = cost;
  good = good && total_ <= before + slack;
  if (!good) {
    for (uint32_t g : hit) {
      if (goals_[g].proven) Detach(g);
    }
    for (size_t i = 0; i < hit.size(); ++i) Attach(hit[i], std::move(old[i].second), old[i].first);
  }
  return good && total_ < before;
}

bool Suppressor::Pass(uint64_t work_end) {
  std::vector<CellId> cells = Secondaries();
  std::sort(cells.begin(), cells.end(), [&](CellId a, CellId b) {
    return std::tuple(UsersOf(a).size(), -problem_.cost[a], a) <
           std::tuple(UsersOf(b).size(), -problem_.cost[b], b);
  });
  bool better = false;
  for (CellId c : cells) {
    if (Work() > work_end) return false;
    if (!UsersOf(c).empty() && Ruin({c}, 0, false)) better = true;
  }
  return better;
}

void Suppressor::Improve(uint64_t work_limit) {
  const uint64_t work_end = Work() + work_limit;
  while (Work() < work_end && Pass(work_end)) {
  }
  // Larger ruins: a secondary together with others that its users lean on, with the ties between
  // equally dear cells broken anew each time.
  std::vector<CellId> cells, ruin;
  size_t idle = 0;
  int64_t best = total_;
  for (uint64_t step = 0; Work() < work_end && total_ > 0; ++step) {
    if (step % 64 == 0) {
      if (idle > 64 * cells.size() + 64) break;
      cells = Secondaries();
      if (cells.empty()) break;
    }
    ++idle;
    const CellId seed = cells[NextRandom(&random_) % cells.size()];
    if (UsersOf(seed).empty()) continue;
    ruin.assign(1, seed);
    const size_t more = NextRandom(&random_) % style_.reach;
    // Where there are few, sometimes most of them at once: the search then starts nearly afresh.
    if (cells.size() <= kFewSecondaries && step % 4 == 0) {
      for (CellId c : cells) {
        if (NextRandom(&random_) % 4 != 0 && !UsersOf(c).empty()) ruin.push_back(c);
      }
    }
    CellId from = seed;
    for (size_t k = 0; k < more; ++k) {
      const auto& list = UsersOf(from);
      const Goal& goal = goals_[list[NextRandom(&random_) % list.size()]];
      const CellId c = goal.changes[NextRandom(&random_) % goal.changes.size()].cell;
      if (problem_.statuses[c] != CellStatus::kValue) continue;
      ruin.push_back(c);
      from = c;
    }
    std::sort(ruin.begin(), ruin.end());
    ruin.erase(std::unique(ruin.begin(), ruin.end()), ruin.end());
    search_.set_salt(NextRandom(&random_));
    const bool worse = NextRandom(&random_) % 1000 < style_.worse_per_mille;
    if (worse && total_ == best) Save();
    const int64_t cell_cost = total_ / static_cast<int64_t>(std::max<size_t>(cells.size(), 1));
    Ruin(ruin, worse ? style_.slack_cells * cell_cost : 0, true);
    if (total_ < best) {
      best = total_;
      idle = 0;
    }
  }
  if (total_ > best) Restore();
}

void Suppressor::Save() {
  saved_.clear();
  for (const Goal& goal : goals_) saved_.emplace_back(goal.proven_sign, goal.changes);
}

void Suppressor::Restore() {
  for (uint32_t g = 0; g < goals_.size(); ++g) {
    if (goals_[g].proven) Detach(g);
  }
  for (uint32_t g = 0; g < saved_.size(); ++g) {
    if (!saved_[g].second.empty()) Attach(g, std::move(saved_[g].second), saved_[g].first);
  }
}

// An insider knows some cells; a target is safe from him if one of its witnesses leaves them all as
// they are (or if he knows the target itself). Adds what is still to prove; false if nothing is.
bool Suppressor::AddInsiderGoals() {
  std::map<std::pair<uint32_t, int8_t>, std::vector<uint32_t>> by_target;
  for (uint32_t g = 0; g < goals_.size(); ++g) {
    by_target[{goals_[g].target, goals_[g].sign}].push_back(g);
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
      const CellId cell = problem_.targets[key.first].cell;
      if (problem_.targets[key.first].exempt == static_cast<int32_t>(k)) continue;
      if (count < list.size() || std::find(cells.begin(), cells.end(), cell) != cells.end()) {
        continue;
      }
      Goal goal{cell, key.second, goals_[list[0]].amount, key.first};
      goal.insider = static_cast<int32_t>(k);
      fresh.push_back(std::move(goal));
      break;  // its witness may serve against the other insiders too
    }
  }
  goals_.insert(goals_.end(), fresh.begin(), fresh.end());
  return !fresh.empty();
}

// What no sum of boxes reaches may still be possible: asks an integer program over what is unknown
// by now.
void Suppressor::TryPrograms() {
  std::unique_ptr<ProgramWitness> program;
  int tries = 0;
  for (uint32_t g = 0; g < goals_.size(); ++g) {
    const Goal goal = goals_[g];
    if (goal.proven || ++tries > kMaxPrograms) continue;
    if (!program) {
      program =
          std::make_unique<ProgramWitness>(grid_, problem_.values, statuses_, problem_.bounds);
    }
    for (int8_t sign : {1, -1}) {
      if ((goal.sign != 0 && goal.sign != sign) || goals_[g].proven) continue;
      std::optional<Witness> witness = program->Find(goal.cell, sign, goal.amount);
      if (witness && Keeps(goal, *witness)) Attach(g, std::move(witness->changes), sign);
    }
  }
}

SuppressionResult Suppressor::Run() {
  UseKnown();
  IndexKnown();
  ProtectAll();
  Save();
  Improve(problem_.work_limit > 0 ? problem_.work_limit
                                  : 5'000'000 + 20'000 * problem_.targets.size());
  if (!problem_.quick) {
    TryElimination();
    TryPrograms();
  }
  while (AddInsiderGoals()) ProtectAll();

  SuppressionResult result;
  result.statuses = statuses_;
  result.cost = total_;
  result.work = Work();
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

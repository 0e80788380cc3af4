// What witnesses of earlier runs are good for in a new one.
#include <algorithm>

#include "services/sdc/tables/suppressor.h"

namespace oboro::sdc {

// Takes over witnesses of earlier runs that hold here too: each is checked against what is
// published now, and then serves every target that it moves far enough.
void Suppressor::UseKnown() {
  if (problem_.known.empty()) return;
  std::unordered_map<CellId, std::vector<uint32_t>> goals_of;
  for (uint32_t g = 0; g < goals_.size(); ++g) goals_of[goals_[g].cell].push_back(g);
  for (const Witness& witness : problem_.known) {
    bool checked = false;
    for (const Witness::Change& change : witness.changes) {
      const auto it = goals_of.find(change.cell);
      if (it == goals_of.end()) continue;
      for (uint32_t g : it->second) {
        const int8_t sign = change.delta > 0 ? 1 : -1;
        if (goals_[g].proven || (goals_[g].sign != 0 && goals_[g].sign != sign) ||
            change.delta * sign < goals_[g].amount || !Keeps(goals_[g], witness)) {
          continue;
        }
        if (!checked &&
            !CheckWitness(grid_, problem_.values, problem_.statuses, problem_.bounds, witness)
                 .ok()) {
          goto next_witness;
        }
        checked = true;
        Attach(g, witness.changes, sign);
      }
    }
  next_witness:;
  }
}

// A known witness need not hold as things are: it may change cells that are published now and may
// be suppressed. It holds once they are.
void Suppressor::IndexKnown() {
  if (problem_.known.empty()) return;
  std::vector<CellStatus> most = problem_.statuses;
  bool any = false;
  for (CellId c = 0; c < grid_.cell_count(); ++c) {
    if (IsUnknown(most[c]) || problem_.cost[c] >= kFixedCell) continue;
    most[c] = CellStatus::kSuppressedSecondary;
    any = true;
  }
  if (!any) return;
  std::vector<uint8_t> open(grid_.cell_count(), 0);
  for (const Goal& goal : goals_) open[goal.cell] |= goal.proven ? 0 : 1;
  for (uint32_t i = 0; i < problem_.known.size(); ++i) {
    const Witness& witness = problem_.known[i];
    const bool serves = std::any_of(witness.changes.begin(), witness.changes.end(),
                                    [&](const auto& change) { return open[change.cell] != 0; });
    if (!serves || !CheckWitness(grid_, problem_.values, most, problem_.bounds, witness).ok()) {
      continue;
    }
    for (const Witness::Change& change : witness.changes) {
      if (open[change.cell] != 0) known_of_[change.cell].push_back(i);
    }
  }
}

// The cheapest known witness that serves the goal, with all it changes suppressed.
bool Suppressor::FindKnown(const Goal& goal, int64_t below, std::vector<Witness::Change>* changes,
                           int64_t* cost, int8_t* sign) {
  const auto at = known_of_.find(goal.cell);
  if (at == known_of_.end()) return false;
  bool found = false;
  for (const uint32_t i : at->second) {
    const Witness& witness = problem_.known[i];
    const int64_t own = ChangeOf(witness, goal.cell);
    const int8_t way = own > 0 ? 1 : -1;
    if ((goal.sign != 0 && goal.sign != way) || own * way < goal.amount || !Keeps(goal, witness)) {
      continue;
    }
    int64_t price = 0;
    for (const Witness::Change& change : witness.changes) {
      const CellId c = change.cell;
      // Without room: an insider knows it, or it is kept.
      const bool room =
          change.delta > 0 ? room_up_[c] >= change.delta : room_down_[c] >= -change.delta;
      price += room ? cost_[c] : kFixedCell;
      if (price >= below) break;
    }
    if (price >= below) continue;
    below = *cost = price;
    *changes = witness.changes;
    *sign = way;
    found = true;
  }
  return found;
}

}  // namespace oboro::sdc

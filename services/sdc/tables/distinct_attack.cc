#include "services/sdc/tables/distinct_attack.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

constexpr int kMaxPasses = 100;  // bounds may creep; any of them is a bound

using Population = std::map<std::vector<CellId>, int64_t>;  // ids by where they occur

// One more or fewer id that occurs in `finest` counts once in each of these.
std::set<CellId> CountedIn(const Grid& grid, const std::vector<CellId>& finest) {
  std::set<CellId> cells;
  for (CellId f : finest) {
    std::vector<CellId> over = {0};
    for (size_t d = 0; d < grid.rank(); ++d) {
      std::vector<CellId> next;
      for (CellId c : over) {
        for (uint32_t node : grid.dim(d).nodes_over(grid.node(f, d))) {
          next.push_back(c + node * grid.stride(d));
        }
      }
      over = std::move(next);
    }
    cells.insert(over.begin(), over.end());
  }
  return cells;
}

class Recount {
 public:
  Recount(const Grid& grid, const DistinctTable& table, const DistinctProtection& protection,
          const CellBounds& bounds)
      : grid_(grid), values_(table.values), statuses_(protection.table.statuses), bounds_(bounds) {
    for (const DistinctGroup& g : table.groups) population_[g.finest] += g.ids;
    low_ = high_ = values_;
  }

  // `change` of ids by group; the population then must agree with everything published, and move
  // the cell of `target` as far as the proof says.
  absl::Status Check(const Population& change, const Target& target, int sign, int64_t amount) {
    std::map<CellId, int64_t> moved;
    for (const auto& [group, ids] : change) {
      if (ids == 0) continue;
      const auto at = population_.find(group);
      if (ids + (at == population_.end() ? 0 : at->second) < 0) {
        return absl::InternalError("a proof takes away ids that are not there");
      }
      for (CellId c : CountedIn(grid_, group)) moved[c] += ids;
    }
    for (const auto& [c, by] : moved) {
      if (by == 0) continue;
      const int64_t now = values_[c] + by;
      const int64_t upper = bounds_.upper.empty() ? kNoUpperBound : bounds_.upper[c];
      if (!IsUnknown(statuses_[c]) || now < bounds_.lower[c] || now > upper) {
        return absl::InternalError(
            absl::StrCat("a proof changes what is known of ", CellLabel(grid_, c)));
      }
      low_[c] = std::min(low_[c], now);
      high_[c] = std::max(high_[c], now);
    }
    const auto reached = moved.find(target.cell);
    if ((reached == moved.end() ? 0 : reached->second) * sign < amount) {
      return absl::InternalError("a proof does not reach its target");
    }
    if (target.keep != Target::kNoKeep) {
      const auto kept = moved.find(target.keep);
      if (kept != moved.end() && kept->second != 0) {
        return absl::InternalError("a proof changes what it must keep");
      }
    }
    return absl::OkStatus();
  }

  std::vector<CellInterval> Intervals() const {
    std::vector<int64_t> lower(values_), upper(values_);
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (!IsUnknown(statuses_[c])) continue;
      lower[c] = bounds_.lower[c];
      upper[c] = bounds_.upper.empty() ? kUnbounded : bounds_.upper[c];
    }
    for (int pass = 0; pass < kMaxPasses && Narrow(&lower, &upper); ++pass) {
    }
    std::vector<CellInterval> intervals;
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (IsSuppressed(statuses_[c])) {
        intervals.push_back({c, low_[c], high_[c], lower[c], upper[c]});
      }
    }
    return intervals;
  }

 private:
  // Part <= margin <= sum of the parts, in every group of every dimension. Bounds only come closer,
  // and stop at the true values.
  bool Narrow(std::vector<int64_t>* lower, std::vector<int64_t>* upper) const {
    bool changed = false;
    const auto raise = [&](CellId c, int64_t to) {
      if (to > (*lower)[c]) (*lower)[c] = to, changed = true;
    };
    const auto cap = [&](CellId c, int64_t to) {
      if (to < (*upper)[c]) (*upper)[c] = to, changed = true;
    };
    for (size_t d = 0; d < grid_.rank(); ++d) {
      const Dimension& dim = grid_.dim(d);
      for (CellId margin = 0; margin < grid_.cell_count(); ++margin) {
        const uint32_t node = grid_.node(margin, d);
        for (uint32_t g : dim.groups_of(node)) {
          const Dimension::Group& group = dim.groups()[g];
          if (group.parent != node) continue;
          int64_t sum = 0;
          bool open = false;
          for (uint32_t child : group.children) {
            const CellId part = margin + (child - node) * grid_.stride(d);
            raise(margin, (*lower)[part]);
            cap(part, (*upper)[margin]);
            open = open || (*upper)[part] == kUnbounded;
            if (!open) sum += (*upper)[part];
          }
          if (open) continue;
          cap(margin, sum);
          for (uint32_t child : group.children) {
            const CellId part = margin + (child - node) * grid_.stride(d);
            raise(part, (*lower)[margin] - (sum - (*upper)[part]));
          }
        }
      }
    }
    return changed;
  }

  const Grid& grid_;
  const std::vector<int64_t>& values_;
  const std::vector<CellStatus>& statuses_;
  const CellBounds& bounds_;
  Population population_;
  std::vector<int64_t> low_, high_;
};

}  // namespace

absl::StatusOr<std::vector<CellInterval>> AttackDistinct(const Grid& grid,
                                                         const DistinctTable& table,
                                                         const DistinctProtection& protection,
                                                         const CellBounds& bounds) {
  Recount recount(grid, table, protection, bounds);
  for (const ProvenTarget& proof : protection.table.proofs) {
    Population change;  // of those who occur in one finest cell
    for (const Witness::Change& x : proof.witness.changes) {
      if (grid.is_finest(x.cell)) change[{x.cell}] = x.delta;
    }
    absl::Status s = recount.Check(change, proof.target, proof.sign, proof.amount);
    if (!s.ok()) return s;
  }
  for (const DistinctProof& proof : protection.group_proofs) {
    if (proof.ids.size() != protection.groups.size()) {
      return absl::InternalError("a proof is of other groups than the table's");
    }
    Population change;
    for (size_t v = 0; v < proof.ids.size(); ++v) {
      if (proof.ids[v] < 0) return absl::InternalError("a proof has less than nobody in a group");
      change[protection.groups[v].finest] = proof.ids[v] - protection.groups[v].ids;
    }
    absl::Status s = recount.Check(change, proof.target, proof.sign, proof.amount);
    if (!s.ok()) return s;
  }
  return recount.Intervals();
}

}  // namespace oboro::sdc

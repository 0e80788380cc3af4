#include "services/sdc/tables/attack_system.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

constexpr uint32_t kNoVar = UINT32_MAX;

class Builder {
 public:
  Builder(const Grid& grid, std::span<const int64_t> values, std::span<const CellStatus> statuses,
          const CellBounds& bounds)
      : grid_(grid), values_(values), statuses_(statuses), bounds_(bounds) {}

  absl::StatusOr<AttackSystem> Build() {
    MarkEmpty();
    MakeVariables();
    // From the finest cells upwards: a cell's parts come before it.
    std::vector<std::pair<uint64_t, CellId>> order;
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (!grid_.is_finest(c)) order.emplace_back(Size(c), c);
    }
    std::sort(order.begin(), order.end());
    for (const auto& [size, c] : order) {
      if (absl::Status s = AddMargin(c); !s.ok()) return s;
    }
    Collect();
    return std::move(system_);
  }

 private:
  // Finest cells under a cell.
  uint64_t Size(CellId cell) const {
    uint64_t size = 1;
    for (size_t d = 0; d < grid_.rank(); ++d) {
      size *= grid_.dim(d).leaves_under(grid_.node(cell, d)).size();
    }
    // Equal sizes happen along groups with a single child: the child has the smaller node number.
    uint64_t nodes = 0;
    for (size_t d = 0; d < grid_.rank(); ++d) nodes += grid_.node(cell, d);
    return size << 24 | std::min<uint64_t>(nodes, (1u << 24) - 1);
  }

  void MarkEmpty() {
    var_of_.assign(grid_.cell_count(), kNoVar);
    sum_of_.assign(grid_.cell_count(), 0);
    sums_.resize(1);
  }

  void MakeVariables() {
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (!IsUnknown(statuses_[c]) || !grid_.is_finest(c)) continue;
      var_of_[c] = static_cast<uint32_t>(system_.cell_of.size());
      system_.cell_of.push_back(c);
      system_.lower.push_back(bounds_.lower[c]);
      system_.upper.push_back(UpperOf(c));
      sum_of_[c] = static_cast<uint32_t>(sums_.size());
      sums_.push_back({0, {var_of_[c]}});
    }
  }

  // The cell as a sum over one of its groups; `fewest` unknown variables decide which.
  bool BestSum(CellId cell, CellSum* best, absl::Status* conflict) {
    bool found = false;
    for (size_t d = 0; d < grid_.rank(); ++d) {
      const uint32_t node = grid_.node(cell, d);
      const CellId base = cell - node * grid_.stride(d);
      for (uint32_t g : grid_.dim(d).groups_of(node)) {
        const Dimension::Group& group = grid_.dim(d).groups()[g];
        if (group.parent != node) continue;
        CellSum sum;
        for (uint32_t child : group.children) {
          const CellId c = base + child * grid_.stride(d);
          if (!IsUnknown(statuses_[c])) {
            sum.constant += values_[c];
            continue;
          }
          const CellSum& part = sums_[sum_of_[c]];
          sum.constant += part.constant;
          sum.vars.insert(sum.vars.end(), part.vars.begin(), part.vars.end());
        }
        if (sum.vars.empty() && !IsUnknown(statuses_[cell]) && sum.constant != values_[cell]) {
          *conflict = absl::FailedPreconditionError(absl::StrCat(
              "the table contradicts itself: ", CellLabel(grid_, cell), " is ", values_[cell],
              ", but its parts along ", grid_.dim(d).name(), " sum to ", sum.constant));
          return false;
        }
        if (!found || sum.vars.size() < best->vars.size()) {
          std::sort(sum.vars.begin(), sum.vars.end());
          *best = std::move(sum);
          found = true;
        }
      }
    }
    return found;
  }

  absl::Status AddMargin(CellId cell) {
    CellSum sum;
    absl::Status conflict;
    BestSum(cell, &sum, &conflict);
    if (!conflict.ok()) return conflict;
    if (!IsUnknown(statuses_[cell])) {
      if (!sum.vars.empty()) {
        const int64_t rest = values_[cell] - sum.constant;
        system_.rows.push_back({std::move(sum.vars), rest, rest, cell});
      }
      return absl::OkStatus();
    }
    if (absl::Status s = AddBounds(cell, sum); !s.ok()) return s;
    sum_of_[cell] = static_cast<uint32_t>(sums_.size());
    sums_.push_back(std::move(sum));
    return absl::OkStatus();
  }

  // Bounds of an unknown margin matter only where those of its parts do not already imply them.
  absl::Status AddBounds(CellId cell, const CellSum& sum) {
    int64_t implied = sum.constant;
    for (uint32_t v : sum.vars) implied += system_.lower[v];
    const int64_t low = bounds_.lower[cell];
    const int64_t high = UpperOf(cell);
    if (low <= implied && high == kUnbounded) return absl::OkStatus();
    if (sum.vars.empty()) {  // what is published fixes it
      if (sum.constant >= low && sum.constant <= high) return absl::OkStatus();
      return absl::FailedPreconditionError(
          absl::StrCat("the table contradicts itself: ", CellLabel(grid_, cell), " is ",
                       sum.constant, " by its parts, which a bound excludes"));
    }
    system_.rows.push_back({sum.vars, low - sum.constant,
                            high == kUnbounded ? kUnbounded : high - sum.constant, cell});
    return absl::OkStatus();
  }

  int64_t UpperOf(CellId cell) const {
    if (bounds_.upper.empty() || bounds_.upper[cell] >= kNoUpperBound) return kUnbounded;
    return bounds_.upper[cell];
  }

  void Collect() {
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (!IsSuppressed(statuses_[c])) continue;
      system_.suppressed.push_back(c);
      system_.sums.push_back(sums_[sum_of_[c]]);
    }
  }

  const Grid& grid_;
  std::span<const int64_t> values_;
  std::span<const CellStatus> statuses_;
  const CellBounds& bounds_;
  AttackSystem system_;
  std::vector<uint32_t> var_of_, sum_of_;
  std::vector<CellSum> sums_;
};

}  // namespace

absl::StatusOr<AttackSystem> BuildAttackSystem(const Grid& grid, std::span<const int64_t> values,
                                               std::span<const CellStatus> statuses,
                                               const CellBounds& bounds) {
  return Builder(grid, values, statuses, bounds).Build();
}

std::string CellLabel(const Grid& grid, CellId cell) {
  std::string text;
  for (size_t d = 0; d < grid.rank(); ++d) {
    absl::StrAppend(&text, d == 0 ? "" : ", ", grid.dim(d).name(), "=",
                    grid.dim(d).label(grid.node(cell, d)));
  }
  return text;
}

}  // namespace oboro::sdc

#include "services/sdc/tables/attack.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/sdc/tables/interval_solver.h"

namespace oboro::sdc {
namespace {

// What is known so far of the suppressed cells of one part.
class PartAttack {
 public:
  PartAttack(const AttackSystem& system, const AttackPart& part, std::span<const int64_t> lower,
             std::span<const int64_t> upper, const AttackOptions& options, uint64_t* work,
             AttackResult* result)
      : system_(system),
        part_(part),
        lower_(lower),
        upper_(upper),
        options_(options),
        work_(work),
        result_(result),
        solver_(system, part, lower, upper, options.max_nodes) {}

  absl::Status Run(std::span<const uint32_t> cells) {
    for (uint32_t i : cells) {
      local_.emplace_back();
      for (uint32_t v : system_.sums[i].vars) local_.back().push_back(Local(v));
      CellInterval& x = result_->intervals[i];
      x.outer_low = Bound(i, lower_, true);
      x.outer_high = Bound(i, upper_, false);
      x.low = INT64_MAX, x.high = INT64_MIN;
    }
    cells_ = cells;
    for (bool maximize : {true, false}) {
      for (size_t k = 0; k < cells.size(); ++k) {
        if (absl::Status s = Tighten(k, maximize); !s.ok()) return s;
      }
    }
    result_->programs += solver_.programs();
    return absl::OkStatus();
  }

 private:
  uint32_t Local(uint32_t v) const {
    return static_cast<uint32_t>(std::lower_bound(part_.vars.begin(), part_.vars.end(), v) -
                                 part_.vars.begin());
  }

  int64_t Bound(uint32_t i, std::span<const int64_t> bounds, bool low) const {
    int64_t sum = system_.sums[i].constant;
    for (uint32_t v : system_.sums[i].vars) {
      if (!low && bounds[v] == kUnbounded) return kUnbounded;
      sum += bounds[v];
    }
    return sum;
  }

  absl::Status Tighten(size_t k, bool maximize) {
    CellInterval& x = result_->intervals[cells_[k]];
    if (x.low <= x.high && (maximize ? x.high == x.outer_high : x.low == x.outer_low)) {
      return absl::OkStatus();
    }
    if (options_.max_programs > 0 &&
        result_->programs + solver_.programs() >= options_.max_programs) {
      return absl::OkStatus();
    }
    if (options_.max_work > 0) {
      const uint64_t work = part_.vars.size() * part_.vars.size();
      if (*work_ + work > options_.max_work) return absl::OkStatus();
      *work_ += work;
    }
    const IntervalSolver::Bound bound = solver_.Solve(local_[k], maximize);
    switch (bound.outcome) {
      case IntervalSolver::Outcome::kInfeasible:
        return absl::FailedPreconditionError(
            "the table contradicts itself: no whole-numbered table agrees with all its figures");
      case IntervalSolver::Outcome::kUnbounded:
        x.high = x.outer_high = kUnbounded;
        return absl::OkStatus();
      case IntervalSolver::Outcome::kFailed:
        return absl::OkStatus();
      case IntervalSolver::Outcome::kOptimal:
        break;
    }
    const int64_t value = system_.sums[cells_[k]].constant + bound.outer;
    if (maximize) {
      x.outer_high = std::min(x.outer_high, value);
    } else {
      x.outer_low = std::max(x.outer_low, value);
    }
    if (bound.attained) Learn(bound.solution);
    return absl::OkStatus();
  }

  // One solution is a witness for every cell of the part.
  void Learn(const std::vector<int64_t>& solution) {
    for (size_t k = 0; k < cells_.size(); ++k) {
      CellInterval& x = result_->intervals[cells_[k]];
      int64_t value = system_.sums[cells_[k]].constant;
      for (uint32_t i : local_[k]) value += solution[i];
      x.low = std::min(x.low, value);
      if (x.high != kUnbounded) x.high = std::max(x.high, value);
    }
  }

  const AttackSystem& system_;
  const AttackPart& part_;
  std::span<const int64_t> lower_, upper_;
  const AttackOptions& options_;
  uint64_t* work_;  // so far, over all parts
  AttackResult* result_;
  IntervalSolver solver_;
  std::span<const uint32_t> cells_;
  std::vector<std::vector<uint32_t>> local_;
};

}  // namespace

absl::StatusOr<AttackResult> Attack(const Grid& grid, std::span<const int64_t> values,
                                    std::span<const CellStatus> statuses, const CellBounds& bounds,
                                    const AttackOptions& options) {
  absl::StatusOr<AttackSystem> system = BuildAttackSystem(grid, values, statuses, bounds);
  if (!system.ok()) return system.status();
  std::vector<int64_t> lower = system->lower, upper = system->upper;
  if (const int64_t row = Propagate(*system, &lower, &upper); row >= 0) {
    return absl::FailedPreconditionError(absl::StrCat("the table contradicts itself: the parts of ",
                                                      CellLabel(grid, system->rows[row].source),
                                                      " cannot sum to it"));
  }
  const std::vector<AttackPart> parts = SplitSystem(*system);
  std::vector<uint32_t> part_of(system->cell_of.size(), 0);
  for (uint32_t p = 0; p < parts.size(); ++p) {
    for (uint32_t v : parts[p].vars) part_of[v] = p;
  }
  AttackResult result;
  std::vector<std::vector<uint32_t>> cells(parts.size());
  uint64_t work = 0;
  for (uint32_t i = 0; i < system->suppressed.size(); ++i) {
    const CellSum& sum = system->sums[i];
    result.intervals.push_back(
        {system->suppressed[i], sum.constant, sum.constant, sum.constant, sum.constant});
    if (!sum.vars.empty()) cells[part_of[sum.vars[0]]].push_back(i);
  }
  for (size_t p = 0; p < parts.size(); ++p) {
    if (cells[p].empty() && parts[p].rows.empty()) continue;
    PartAttack attack(*system, parts[p], lower, upper, options, &work, &result);
    if (absl::Status s = attack.Run(cells[p]); !s.ok()) return s;
  }
  for (const CellInterval& x : result.intervals) result.inexact += x.exact() ? 0 : 1;
  return result;
}

}  // namespace oboro::sdc

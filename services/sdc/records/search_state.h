// What the search knows: which nodes are excluded, which are known to be allowed, bounds and the
// best.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "services/sdc/records/lattice.h"
#include "services/sdc/records/metric.h"
#include "services/sdc/records/models.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc {

class SearchState {
 public:
  SearchState(const Lattice& lattice, const ClassJudge& judge, Scorer scorer, uint64_t limit);

  // Whether there is a test that a node fails whenever a coarser one does: too many records
  // suppressed by the models that only grow; with no suppression allowed, any model whose classes
  // may be united.
  bool FeasibilityIsMonotone() const { return monotone_; }
  bool NeedsWholeFacts() const;
  const Scorer& scorer() const { return scorer_; }

  bool IsInfeasible(uint64_t node) const { return flags_[node] & kInfeasible; }
  bool IsFeasible(uint64_t node) const { return flags_[node] & kFeasible; }
  bool IsEvaluated(uint64_t node) const { return flags_[node] & kEvaluated; }
  // Neither known infeasible nor known feasible, and still able to win.
  bool IsUndecided(uint64_t node) const { return flags_[node] == 0 && CanWin(node); }
  // Known infeasible or feasible, or evaluated.
  bool IsDecided(uint64_t node) const { return flags_[node] != 0; }
  // Whether its bound does not exceed the best score.
  bool CanWin(uint64_t node) const { return Bound(node) <= best_bound_; }
  // Lower bound in the domain of bounds: the logarithm of 1 + score for kLoss, else the score.
  double Bound(uint64_t node) const { return bound_[node]; }
  // Of the best allowed node so far (infinite if there is none) and of all nodes at the start.
  double best_bound() const { return best_bound_; }
  double highest_bound() const { return highest_bound_; }
  // Whether a node of the sweep has to be evaluated, by its bound as improved by its neighbours.
  bool ShouldEvaluate(uint64_t node);

  // All nodes by ascending bound.
  const std::vector<uint64_t>& Order() const { return order_; }
  // Nodes left for the second phase, in the order in which to take them.
  std::vector<uint64_t> SweepOrder(bool prune) const;

  void Enter(const NodeFacts& facts);
  const NodeFacts* best() const { return best_ ? &*best_ : nullptr; }
  uint64_t evaluated() const { return evaluated_; }
  uint64_t OpenNodes() const;
  double OpenBound() const;  // as a score
  SearchProgress Progress() const;

 private:
  enum Flag : uint8_t { kInfeasible = 1, kFeasible = 2, kEvaluated = 4, kClosed = 8 };
  void InitialBounds();
  void SpreadDown(uint64_t node);
  void SpreadUp(uint64_t node);
  double ToScore(double bound) const;
  double LossBound(uint64_t node) const;
  void ImproveFromFiner(uint64_t node);
  bool IsLoss() const {
    return scorer_.metric() == Metric::kLoss || scorer_.metric() == Metric::kLossArithmetic;
  }

  const Lattice& lattice_;
  const ClassJudge& judge_;
  Scorer scorer_;
  uint64_t limit_;
  bool monotone_;
  std::vector<uint8_t> flags_;
  std::vector<double> bound_;
  std::vector<uint64_t> order_;
  std::unordered_map<uint64_t, std::vector<uint64_t>> extra_;  // monotone_extra of evaluated nodes
  std::unordered_map<uint64_t, double> finer_;  // metric-specific bound that coarser nodes inherit
  std::optional<NodeFacts> best_;
  double best_bound_, highest_bound_;
  uint64_t evaluated_ = 0;
};

}  // namespace oboro::sdc

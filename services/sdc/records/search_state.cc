#include "services/sdc/records/search_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace oboro::sdc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Bounds are floating point: a node is excluded only beyond this relative margin, so that ties and
// rounding never exclude a node that the exact order would choose.
constexpr double kMargin = 1e-11;

double Widen(double x) { return x + kMargin * (1 + std::abs(x)); }

}  // namespace

SearchState::SearchState(const Lattice& lattice, const ClassJudge& judge, Scorer scorer,
                         uint64_t limit)
    : lattice_(lattice),
      judge_(judge),
      scorer_(std::move(scorer)),
      limit_(limit),
      flags_(lattice.nodes(), 0),
      bound_(lattice.nodes(), 0.0),
      best_bound_(kInfinity) {
  bool grows = false;
  for (const Model& m : judge.models()) grows = grows || m.GrowsMonotone();
  monotone_ = grows || (limit == 0 && judge.union_monotone());
  InitialBounds();
  order_.resize(lattice.nodes());
  std::iota(order_.begin(), order_.end(), 0);
  std::sort(order_.begin(), order_.end(), [this](uint64_t a, uint64_t b) {
    return bound_[a] != bound_[b] ? bound_[a] < bound_[b] : a < b;
  });
  highest_bound_ = bound_[order_.back()];
}

bool SearchState::NeedsWholeFacts() const {
  return scorer_.metric() == Metric::kDiscernibility ||
         scorer_.metric() == Metric::kDiscernibilityAll;
}

void SearchState::InitialBounds() {
  const auto n = static_cast<double>(lattice_.records());
  if (IsLoss()) {
    // Without suppression a node's loss is a sum over attributes (in the domain of bounds).
    std::vector<std::vector<double>> part(lattice_.dimensions());
    std::vector<uint64_t> units(lattice_.dimensions(), lattice_.records());
    for (size_t d = 0; d < part.size(); ++d) {
      for (const uint64_t marginal : lattice_.attribute(d).marginal) {
        units[d] = marginal;
        const double score = scorer_.LossScore(units);
        part[d].push_back(scorer_.metric() == Metric::kLoss ? std::log1p(score) : score);
      }
      units[d] = lattice_.records();
    }
    for (uint64_t node = 0; node < bound_.size(); ++node) {
      double sum = 0;
      for (size_t d = 0; d < part.size(); ++d) sum += part[d][lattice_.LevelOf(node, d)];
      bound_[node] = sum;
    }
    return;
  }
  for (uint64_t node = 0; node < bound_.size(); ++node) {
    switch (scorer_.metric()) {
      case Metric::kAecs: {
        const double most = std::min(static_cast<double>(lattice_.Domain(node)),
                                     n / static_cast<double>(judge_.least_records()));
        bound_[node] = n / (most + 1);
        break;
      }
      // A kept record counts its class, which has that many records at least; a suppressed one N.
      case Metric::kDiscernibility:
        bound_[node] =
            n * static_cast<double>(std::min(judge_.least_records(), lattice_.records()));
        break;
      default:
        bound_[node] = n;
    }
  }
}

double SearchState::ToScore(double bound) const {
  return scorer_.metric() == Metric::kLoss ? std::expm1(bound) : bound;
}

void SearchState::SpreadDown(uint64_t node) {
  std::vector<uint64_t> stack = {node};
  flags_[node] |= kInfeasible;
  while (!stack.empty()) {
    const uint64_t at = stack.back();
    stack.pop_back();
    for (size_t d = 0; d < lattice_.dimensions(); ++d) {
      if (!lattice_.CanFall(at, d)) continue;
      const uint64_t finer = at - lattice_.stride(d);
      if (flags_[finer] & kInfeasible) continue;
      flags_[finer] |= kInfeasible;
      stack.push_back(finer);
    }
  }
}

void SearchState::SpreadUp(uint64_t node) {
  std::vector<uint64_t> stack = {node};
  flags_[node] |= kFeasible;
  while (!stack.empty()) {
    const uint64_t at = stack.back();
    stack.pop_back();
    for (size_t d = 0; d < lattice_.dimensions(); ++d) {
      if (!lattice_.CanRise(at, d)) continue;
      const uint64_t coarser = at + lattice_.stride(d);
      if (flags_[coarser] & kFeasible) continue;
      flags_[coarser] |= kFeasible;
      stack.push_back(coarser);
    }
  }
}

void SearchState::Enter(const NodeFacts& facts) {
  ++evaluated_;
  flags_[facts.node] |= kEvaluated;
  const bool allowed = facts.complete && facts.suppressed <= limit_;
  if (monotone_) {
    const bool strict = limit_ == 0 && judge_.union_monotone();
    const bool passes = strict ? allowed : facts.monotone_suppressed <= limit_;
    if (passes) {
      SpreadUp(facts.node);
    } else {
      SpreadDown(facts.node);
    }
  }
  if (IsLoss()) {
    if (facts.complete) extra_[facts.node] = facts.monotone_extra;
  } else if (scorer_.metric() == Metric::kAecs) {
    // A kept class of a coarser node holds a kept class of this one, or only suppressed records.
    if (facts.complete && judge_.grows_monotone()) {
      const auto most =
          static_cast<double>(facts.classes + facts.suppressed / judge_.least_records());
      double& bound = finer_[facts.node];
      bound = std::max(bound, static_cast<double>(lattice_.records()) / (most + 1));
    }
  } else {
    // The sum of squares over all classes only grows, and no metric of the two is below it.
    finer_[facts.node] = static_cast<double>(facts.all_squares);
  }
  if (allowed && (!best_ || scorer_.Better(facts, *best_))) {
    best_ = facts;
    const double score = scorer_.Score(facts);
    best_bound_ = Widen(scorer_.metric() == Metric::kLoss ? std::log1p(score) : score);
  }
}

double SearchState::LossBound(uint64_t node) const {
  // Records that a coarser node suppresses by the growing models are suppressed here too, and lose
  // at least what they lose there.
  std::vector<uint64_t> extra(lattice_.dimensions(), 0);
  bool any = false;
  for (size_t d = 0; d < lattice_.dimensions(); ++d) {
    if (!lattice_.CanRise(node, d)) continue;
    const auto it = extra_.find(node + lattice_.stride(d));
    if (it == extra_.end()) continue;
    any = true;
    for (size_t e = 0; e < extra.size(); ++e) extra[e] = std::max(extra[e], it->second[e]);
  }
  if (!any) return bound_[node];
  for (size_t d = 0; d < extra.size(); ++d) {
    extra[d] += lattice_.attribute(d).marginal[lattice_.LevelOf(node, d)];
  }
  const double score = scorer_.LossScore(extra);
  return std::max(bound_[node], scorer_.metric() == Metric::kLoss ? std::log1p(score) : score);
}

void SearchState::ImproveFromFiner(uint64_t node) {
  double inherited = 0;
  for (size_t d = 0; d < lattice_.dimensions(); ++d) {
    if (!lattice_.CanFall(node, d)) continue;
    const auto it = finer_.find(node - lattice_.stride(d));
    if (it != finer_.end()) inherited = std::max(inherited, it->second);
  }
  if (inherited == 0) return;
  double& own = finer_[node];
  own = std::max(own, inherited);
  bound_[node] = std::max(bound_[node], own);
}

bool SearchState::ShouldEvaluate(uint64_t node) {
  if (flags_[node] & (kInfeasible | kEvaluated)) return false;
  if (IsLoss()) {
    if (CanWin(node)) bound_[node] = LossBound(node);
  } else {
    ImproveFromFiner(node);
  }
  if (CanWin(node)) return true;
  flags_[node] |= kClosed;
  return false;
}

std::vector<uint64_t> SearchState::SweepOrder(bool prune) const {
  std::vector<uint64_t> left;
  for (const uint64_t node : order_) {
    if (!prune || !(flags_[node] & (kInfeasible | kEvaluated))) left.push_back(node);
  }
  if (prune && IsLoss() && judge_.grows_monotone()) {
    // Coarse nodes first: what they suppress raises the bounds of the finer ones.
    std::reverse(left.begin(), left.end());
  } else if (!prune || !IsLoss()) {
    // Fine nodes first, for cheap roll-ups and because their bounds rise to the coarser ones.
    std::vector<int> height(flags_.size());
    for (const uint64_t node : left) {
      int sum = 0;
      for (size_t d = 0; d < lattice_.dimensions(); ++d) sum += lattice_.LevelOf(node, d);
      height[node] = sum;
    }
    std::sort(left.begin(), left.end(), [&](uint64_t a, uint64_t b) {
      return height[a] != height[b] ? height[a] < height[b] : a < b;
    });
  }
  return left;
}

uint64_t SearchState::OpenNodes() const {
  uint64_t open = 0;
  for (uint64_t node = 0; node < flags_.size(); ++node) {
    open += !(flags_[node] & (kInfeasible | kEvaluated | kClosed)) && CanWin(node);
  }
  return open;
}

double SearchState::OpenBound() const {
  double bound = kInfinity;
  if (best_) {
    const double score = scorer_.Score(*best_);
    bound = scorer_.metric() == Metric::kLoss ? std::log1p(score) : score;
  }
  for (uint64_t node = 0; node < flags_.size(); ++node) {
    if (flags_[node] & (kInfeasible | kEvaluated | kClosed)) continue;
    bound = std::min(bound, bound_[node]);
  }
  return ToScore(bound);
}

SearchProgress SearchState::Progress() const {
  SearchProgress p;
  p.lattice_nodes = lattice_.nodes();
  p.evaluated_nodes = evaluated_;
  p.open_nodes = OpenNodes();
  if (best_) p.best = scorer_.Score(*best_);
  p.bound = OpenBound();
  return p;
}

}  // namespace oboro::sdc

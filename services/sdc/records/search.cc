#include "services/sdc/records/search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/batch_evaluator.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/search_guide.h"
#include "services/sdc/records/search_space.h"
#include "services/sdc/records/search_state.h"

namespace oboro::sdc {
namespace {

// The search proper. Two phases, both in batches of fixed size so that the sequence of evaluations
// does not depend on the number of threads:
//
// 1. Where feasibility is monotone (a coarser node suppresses a subset of the records), the border
//    between infeasible and feasible nodes is looked for, as far as nodes near it could win. Every
//    infeasible node excludes all finer ones. Nodes are chosen by SearchGuide; in lattices too
//    large for that, paths of promising nodes are bisected.
// 2. The remaining nodes are evaluated while their lower bound can still beat the best.
template <typename Key>
class Driver {
 public:
  Driver(const SearchSpace& space, const SearchOptions& options, Scorer scorer)
      : space_(space),
        lattice_(space.lattice),
        options_(options),
        threads_(ThreadCount(options.threads)),
        limit_(FloorOfProduct(options.suppression_limit, space.lattice.records())),
        state_(space.lattice, space.judge, std::move(scorer), limit_),
        nodes_(space, LimitsOf(space, options), options.cache_bytes, threads_) {}

  SearchResult Run() {
    if (options_.exhaustive) {
      Sweep(/*prune=*/false);
    } else {
      if (state_.FeasibilityIsMonotone()) {
        if (!options_.paths && SearchGuide::Pays(lattice_, nodes_.base_cost())) {
          guide_.emplace(lattice_, state_, limit_, nodes_.base_cost());
          Guided();
        } else {
          Bisect();
        }
      }
      if (!stopped_) Sweep(/*prune=*/true);
    }
    return Result();
  }

 private:
  static constexpr size_t kPaths = 4;
  static constexpr size_t kSweepBatch = 32;

  struct Path {
    std::vector<uint64_t> nodes;
    size_t low = 0, high = 0;  // nodes before low are infeasible, from high on feasible
  };

  BatchLimits LimitsOf(const SearchSpace& space, const SearchOptions& options) const {
    BatchLimits limits;
    limits.suppressed = limit_;
    limits.whole = options.exhaustive || state_.NeedsWholeFacts();
    // G classes of which at most N / k are kept: G - N / k records are suppressed at least, or,
    // with the s suppressed ones taken from N, s >= (G k - N) / (k - 1).
    const uint64_t k = space.judge.least_records();
    if (k > 1 && !limits.whole) limits.classes = (limit_ * (k - 1) + lattice_.records()) / k + 1;
    return limits;
  }

  // Evaluates nodes and enters what they tell.
  void Evaluate(const std::vector<uint64_t>& batch) {
    for (const NodeFacts& facts : nodes_.Evaluate(batch)) {
      state_.Enter(facts);
      if (guide_) guide_->Learn(facts);
      if (options_.observer) options_.observer(facts);
    }
    if (options_.progress) options_.progress(state_.Progress());
    if (options_.stop && options_.stop()) stopped_ = true;
  }

  void Guided() {
    while (!stopped_) {
      const std::vector<uint64_t> batch = guide_->Choose();
      if (batch.empty()) return;
      Evaluate(batch);
    }
  }

  Path BuildPath(uint64_t start) const {
    Path path;
    for (uint64_t node = start;;) {
      path.nodes.push_back(node);
      uint64_t next = UINT64_MAX;
      for (size_t d = 0; d < lattice_.dimensions(); ++d) {
        if (!lattice_.CanRise(node, d)) continue;
        const uint64_t up = node + lattice_.stride(d);
        if (!state_.IsUndecided(up)) continue;
        if (next == UINT64_MAX || state_.Bound(up) < state_.Bound(next)) next = up;
      }
      if (next == UINT64_MAX) break;
      node = next;
    }
    path.high = path.nodes.size();
    return path;
  }

  void Bisect() {
    const std::vector<uint64_t>& order = state_.Order();
    size_t next = 0;
    std::vector<Path> paths;
    while (!stopped_) {
      for (Path& p : paths) {
        while (p.low < p.high && state_.IsInfeasible(p.nodes[p.low])) ++p.low;
        while (p.low < p.high && state_.IsFeasible(p.nodes[p.high - 1])) --p.high;
        // The bound may have closed the upper part of the path meanwhile.
        while (p.low < p.high && !state_.CanWin(p.nodes[p.high - 1])) --p.high;
      }
      std::erase_if(paths, [](const Path& p) { return p.low >= p.high; });
      while (paths.size() < kPaths) {
        while (next < order.size() && !state_.IsUndecided(order[next])) ++next;
        if (next == order.size()) break;
        paths.push_back(BuildPath(order[next++]));
      }
      std::vector<uint64_t> batch;
      for (const Path& p : paths) {
        const uint64_t middle = p.nodes[p.low + (p.high - p.low) / 2];
        if (std::find(batch.begin(), batch.end(), middle) == batch.end()) batch.push_back(middle);
      }
      if (batch.empty()) return;
      Evaluate(batch);
    }
  }

  void Sweep(bool prune) {
    const std::vector<uint64_t> order = state_.SweepOrder(prune);
    std::vector<uint64_t> batch;
    for (size_t i = 0; i < order.size() && !stopped_;) {
      batch.clear();
      for (; i < order.size() && batch.size() < kSweepBatch; ++i) {
        if (!prune || state_.ShouldEvaluate(order[i])) batch.push_back(order[i]);
      }
      if (!batch.empty()) Evaluate(batch);
    }
  }

  SearchResult Result() const {
    SearchResult r;
    r.records = lattice_.records();
    r.lattice_nodes = lattice_.nodes();
    r.evaluated_nodes = state_.evaluated();
    r.complete = !stopped_;
    r.found = state_.best() != nullptr;
    if (r.found) {
      const NodeFacts& best = *state_.best();
      r.levels = lattice_.LevelsOf(best.node);
      r.score = state_.scorer().Score(best);
      r.losses = state_.scorer().Losses(best.loss_units);
      r.suppressed = best.suppressed;
      r.classes = best.classes;
      r.min_class = best.min_class;
      r.max_class = best.max_class;
    }
    r.bound = r.complete && r.found ? r.score : state_.OpenBound();
    // Stopped, but nothing that is left could be better: still proven.
    if (r.found && !r.complete && state_.OpenNodes() == 0) {
      r.complete = true;
      r.bound = r.score;
    }
    return r;
  }

  const SearchSpace& space_;
  const Lattice& lattice_;
  const SearchOptions& options_;
  int threads_;
  uint64_t limit_;
  SearchState state_;
  BatchEvaluator<Key> nodes_;
  std::optional<SearchGuide> guide_;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<SearchResult> FindOptimum(const SearchInput& input, const SearchOptions& options) {
  if (options.suppression_limit.num < 0 ||
      options.suppression_limit.num > options.suppression_limit.den) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the suppression limit ", options.suppression_limit.ToString(), " is not between 0 and 1"));
  }
  if (input.models.empty()) {
    return absl::InvalidArgumentError("name at least one model, for instance k-anonymity");
  }
  auto space = SearchSpace::Make(input);
  if (!space.ok()) return space.status();
  auto scorer = Scorer::Make(space->lattice, options.metric, options.weights);
  if (!scorer.ok()) return scorer.status();
  if (space->wide) return Driver<Key128>(*space, options, *std::move(scorer)).Run();
  return Driver<Key64>(*space, options, *std::move(scorer)).Run();
}

}  // namespace oboro::sdc

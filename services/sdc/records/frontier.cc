#include "services/sdc/records/frontier.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/evaluate.h"
#include "services/sdc/records/frontier_cells.h"
#include "services/sdc/records/group_table.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/search_space.h"

namespace oboro::sdc {
namespace {

// Visits the lattice depth first, one attribute a depth: a node's table comes from the same node
// one level finer in the last attribute that is above its lowest level.
template <typename Key>
class Walk {
 public:
  Walk(const SearchSpace& space, const FrontierOptions& options, const std::vector<Scorer>& scorers,
       std::atomic<bool>& stopped)
      : space_(space),
        lattice_(space.lattice),
        options_(options),
        stopped_(stopped),
        evaluator_(space.lattice, space.judge, space.joint),
        sizes_(space.lattice, options),
        cells_(space.lattice, options, scorers),
        depth_tables_(2 * space.lattice.dimensions()) {}

  // All nodes whose attributes order[0 .. depth) have the levels of the table, the others any.
  void Visit(const std::vector<size_t>& order, size_t depth, const GroupTable<Key>& table) {
    if (stopped_) return;
    if (depth == order.size()) return Evaluate(table);
    if (depth + 2 <= order.size() && Hopeless(order, depth, table)) return;
    const LatticeAttribute& a = lattice_.attribute(order[depth]);
    const GroupTable<Key>* at = &table;
    for (int level = a.low; level <= a.high; ++level) {
      if (level > a.low) {
        // Two tables a depth take turns: the one being read and the one being made.
        GroupTable<Key>& next = depth_tables_[2 * depth + (level & 1)];
        LevelVector target = at->levels;
        target[order[depth]] = level;
        roll_up_.Run(lattice_, *at, target, &next);
        at = &next;
      }
      Visit(order, depth + 1, *at);
    }
  }

  FrontierCells& cells() { return cells_; }
  uint64_t evaluated() const { return evaluated_; }

 private:
  // Even the coarsest of these nodes suppresses too much at the lowest k, hence each does: sizes of
  // classes only grow upwards. (Other models are left out of the count; they may recover.)
  bool Hopeless(const std::vector<size_t>& order, size_t depth, const GroupTable<Key>& table) {
    LevelVector top = table.levels;
    for (size_t i = depth; i < order.size(); ++i) top[order[i]] = lattice_.attribute(order[i]).high;
    return roll_up_.RecordsBelow(options_.k_low, lattice_, table, top) > cells_.highest_limit();
  }

  void Evaluate(const GroupTable<Key>& table) {
    if ((++evaluated_ & 63) == 0 && options_.stop && options_.stop()) stopped_ = true;
    sizes_.Start();
    passes_.assign(table.groups(), 1);
    for (size_t i = 0; i < table.groups(); ++i) {
      if (space_.judge.needs_sensitive()) passes_[i] = evaluator_.Keeps(table, i);
      sizes_.AddSize(table.sizes[i], passes_[i]);
    }
    const bool with_loss = cells_.WantsLoss(table.levels, sizes_);
    if (with_loss) {
      sizes_.StartGaps(table.levels);
      for (size_t i = 0; i < table.groups(); ++i) {
        sizes_.AddGaps(table.keys[i], table.sizes[i], passes_[i]);
      }
    }
    cells_.Enter(lattice_.IndexOf(table.levels), table.levels, sizes_, with_loss);
  }

  const SearchSpace& space_;
  const Lattice& lattice_;
  const FrontierOptions& options_;
  std::atomic<bool>& stopped_;
  Evaluator evaluator_;
  RollUp<Key> roll_up_;
  SizeSums sizes_;
  FrontierCells cells_;
  std::vector<GroupTable<Key>> depth_tables_;
  std::vector<uint8_t> passes_;  // by class, the models beside k
  uint64_t evaluated_ = 0;
};

// Attributes whose levels shrink the table most come first, so that the many nodes of the inner
// loops work on small tables.
std::vector<size_t> VisitOrder(const Lattice& lattice) {
  std::vector<size_t> order(lattice.dimensions());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t x, size_t y) {
    return lattice.attribute(x).label[0].size() > lattice.attribute(y).label[0].size();
  });
  return order;
}

template <typename Key>
absl::StatusOr<Frontier> Run(const SearchSpace& space, const FrontierOptions& options,
                             const std::vector<Scorer>& scorers) {
  const Lattice& lattice = space.lattice;
  const int threads = ThreadCount(options.threads);
  const std::vector<size_t> order = VisitOrder(lattice);
  LevelVector lowest = lattice.LevelsOf(0);

  // Tasks: one for each pair of levels of the two outermost attributes.
  const size_t split = std::min<size_t>(2, order.size());
  std::vector<LevelVector> tasks = {lowest};
  for (size_t i = 0; i < split; ++i) {
    std::vector<LevelVector> next;
    for (const LevelVector& t : tasks) {
      const LatticeAttribute& a = lattice.attribute(order[i]);
      for (int level = a.low; level <= a.high; ++level) {
        next.push_back(t);
        next.back()[order[i]] = level;
      }
    }
    tasks = std::move(next);
  }
  const GroupTable<Key> base =
      BaseGroups<Key>(lattice, space.joint.codes, space.joint.distinct, threads);
  std::atomic<bool> stopped{false};
  std::vector<std::unique_ptr<Walk<Key>>> walks;
  std::vector<GroupTable<Key>> starts(threads);
  std::vector<RollUp<Key>> roll_ups(threads);
  for (int t = 0; t < threads; ++t) {
    walks.push_back(std::make_unique<Walk<Key>>(space, options, scorers, stopped));
  }
  RunDynamic(threads, tasks.size(), [&](int t, uint64_t i) {
    roll_ups[t].Run(lattice, base, tasks[i], &starts[t]);
    walks[t]->Visit(order, split, starts[t]);
  });
  if (stopped)
    return absl::CancelledError(
        "the frontier was stopped before it was complete; give it more time or fewer levels");
  Frontier frontier;
  frontier.lattice_nodes = lattice.nodes();
  for (int t = 0; t < threads; ++t) {
    frontier.evaluated_nodes += walks[t]->evaluated();
    if (t > 0) walks[0]->cells().Merge(walks[t]->cells());
  }
  frontier.rows = walks[0]->cells().Rows();
  return frontier;
}

}  // namespace

absl::StatusOr<Frontier> FindFrontier(const SearchInput& input, const FrontierOptions& asked) {
  FrontierOptions options = asked;
  SearchInput others = input;
  others.models.clear();
  for (const Model& m : input.models) {
    if (m.kind == ModelKind::kKAnonymity) {
      options.k_low = std::max<uint64_t>(options.k_low, m.parameter.num);
    } else {
      others.models.push_back(m);
    }
  }
  if (options.k_low < 1 || options.k_low > options.k_high || options.k_high > 10000) {
    return absl::InvalidArgumentError(absl::StrCat("k from ", options.k_low, " to ", options.k_high,
                                                   " is not a range within 1 to 10000; raise the "
                                                   "highest k or lower the lowest"));
  }
  for (const Rational& limit : options.suppression_limits) {
    if (limit.num < 0 || limit.num > limit.den) {
      return absl::InvalidArgumentError(
          absl::StrCat("the suppression limit ", limit.ToString(), " is not between 0 and 1"));
    }
  }
  auto space = SearchSpace::Make(others);
  if (!space.ok()) return space.status();
  std::vector<Scorer> scorers;
  for (const Metric metric : options.metrics) {
    auto scorer = Scorer::Make(space->lattice, metric, options.weights);
    if (!scorer.ok()) return scorer.status();
    scorers.push_back(*std::move(scorer));
  }
  return space->wide ? Run<Key128>(*space, options, scorers) : Run<Key64>(*space, options, scorers);
}

}  // namespace oboro::sdc

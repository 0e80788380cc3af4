// Evaluates batches of nodes in parallel, each rolled up from the cheapest table at hand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "services/sdc/records/evaluate.h"
#include "services/sdc/records/group_table.h"
#include "services/sdc/records/search_space.h"
#include "services/sdc/records/table_cache.h"
#include "services/sdc/records/worker_pool.h"

namespace oboro::sdc {

struct BatchLimits {
  uint64_t suppressed = UINT64_MAX;  // records; evaluation stops beyond, unless `whole`
  uint64_t classes = UINT64_MAX;     // beyond which a node suppresses too much for sure
  bool whole = false;
};

// What is evaluated from which table depends on the sequence of calls only, not on the threads.
template <typename Key>
class BatchEvaluator {
 public:
  BatchEvaluator(const SearchSpace& space, const BatchLimits& limits, uint64_t cache_bytes,
                 int threads)
      : lattice_(space.lattice),
        limits_(limits),
        pool_(threads),
        cache_(BaseGroups<Key>(space.lattice, space.joint.codes, space.joint.distinct, threads),
               cache_bytes),
        workers_(threads),
        stones_(cache_.base().byte_size() <= cache_bytes / kStoneShare) {
    for (int t = 0; t < threads; ++t) {
      workers_[t].evaluator = std::make_unique<Evaluator>(space.lattice, space.judge, space.joint);
    }
    stone_order_.resize(lattice_.dimensions());
    std::iota(stone_order_.begin(), stone_order_.end(), 0);
    std::stable_sort(stone_order_.begin(), stone_order_.end(), [&](size_t x, size_t y) {
      return lattice_.attribute(x).label[0].size() > lattice_.attribute(y).label[0].size();
    });
  }

  // What a roll-up from the finest table costs.
  uint64_t base_cost() const { return cache_.base().cost(); }

  // Facts of the nodes, in their order.
  std::vector<NodeFacts> Evaluate(const std::vector<uint64_t>& batch) {
    cache_.Tick();
    std::vector<LevelVector> levels;
    for (const uint64_t node : batch) levels.push_back(lattice_.LevelsOf(node));
    if (stones_) LayStones(levels);
    std::vector<NodeFacts> facts(batch.size());
    std::vector<Work> work = MakeTables(levels, limits_.classes, [&](int t, uint64_t i, Work& w) {
      if (w.whole) {
        facts[i] = workers_[t].evaluator->Evaluate(w.table, limits_.suppressed, limits_.whole);
      } else {
        // So many classes that too many are small: N >= kept * k and every other has a record.
        facts[i].node = batch[i];
        facts[i].monotone_suppressed = facts[i].suppressed = limits_.suppressed + 1;
      }
    });
    for (Work& w : work) Keep(w);
    return facts;
  }

 private:
  // Stones are laid where so many tables like the base fit the cache, in so many steps.
  static constexpr uint64_t kStoneShare = 64;
  static constexpr size_t kStoneSteps = 3;

  struct Worker {
    RollUp<Key> roll_up;
    std::unique_ptr<Evaluator> evaluator;
  };
  struct Work {
    const GroupTable<Key>* from = nullptr;
    GroupTable<Key> table;
    bool whole = false;
  };

  // Calls then(thread, i, work i) as soon as the table is made.
  template <typename Then>
  std::vector<Work> MakeTables(const std::vector<LevelVector>& levels, uint64_t most_classes,
                               Then&& then) {
    std::vector<Work> work(levels.size());
    for (size_t i = 0; i < levels.size(); ++i) work[i].from = &cache_.Find(levels[i]);
    pool_.Run(levels.size(), [&](int t, uint64_t i) {
      Work& w = work[i];
      w.whole = workers_[t].roll_up.Run(lattice_, *w.from, levels[i], &w.table, most_classes);
      then(t, i, w);
    });
    return work;
  }

  void Keep(Work& w) {
    if (w.whole && 10 * w.table.cost() <= 9 * w.from->cost()) cache_.Add(std::move(w.table));
  }

  // Nodes of a batch share stepping stones: the levels of the attributes with the most values, one
  // attribute a step, with all others at their lowest. A search that asks for many nodes passes
  // each stone often, and leaves it with a table a fraction of the base's size.
  void LayStones(const std::vector<LevelVector>& levels) {
    const size_t steps = std::min(kStoneSteps, lattice_.dimensions() - 1);
    for (size_t step = 1; step <= steps; ++step) {
      std::vector<LevelVector> missing;
      for (const LevelVector& target : levels) {
        LevelVector stone(target.size());
        for (size_t i = 0; i < target.size(); ++i) {
          const size_t d = stone_order_[i];
          stone[d] = i < step ? target[d] : lattice_.attribute(d).low;
        }
        if (laid_.insert(stone).second) missing.push_back(std::move(stone));
      }
      std::vector<Work> work = MakeTables(missing, UINT64_MAX, [](int, uint64_t, Work&) {});
      for (Work& w : work) Keep(w);
    }
  }

  const Lattice& lattice_;
  BatchLimits limits_;
  WorkerPool pool_;
  TableCache<Key> cache_;
  std::vector<Worker> workers_;
  bool stones_;
  std::vector<size_t> stone_order_;
  std::set<LevelVector> laid_;
};

}  // namespace oboro::sdc

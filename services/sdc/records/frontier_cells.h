// The best node so far for every (k, limit, metric), and the sums of one node that decide it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "services/sdc/records/frontier.h"
#include "services/sdc/records/lattice.h"
#include "services/sdc/records/metric.h"

namespace oboro::sdc {

// Sums over the classes of a node by class size: sizes below k_high one by one, all others
// together. Classes that fail the models beside k go to size 0 and are suppressed whatever k is.
class SizeSums {
 public:
  SizeSums(const Lattice& lattice, const FrontierOptions& options);
  void Start();
  void StartGaps(const LevelVector& levels);

  // After Start every class with its size; then, if the losses are wanted, after StartGaps every
  // class with its key.
  void AddSize(uint32_t size, bool passes) {
    const uint64_t square = uint64_t{size} * size;
    ++all_classes_;
    all_squares_ += square;
    if (passes) {
      if (size < high_) ++classes_[size];
      return;
    }
    ++classes_[0];
    failed_records_ += size;
    failed_squares_ += square;
  }
  template <typename Key>
  void AddGaps(Key key, uint32_t size, bool passes) {
    if (passes && size >= high_) return;
    // Sizes are the same within a bucket, but for bucket 0, which is weighted here.
    const uint64_t bucket = passes ? size : 0, weight = passes ? 1 : size;
    uint64_t* sum = gaps_.data() + bucket * lattice_.dimensions();
    for (size_t i = 0; i < active_; ++i) {
      const Gap& gap = active_gaps_[i];
      sum[i] += weight * gap.of_digit[static_cast<uint64_t>(key >> gap.shift) & gap.mask];
    }
  }

  uint64_t classes(uint64_t size) const { return classes_[size]; }
  // Sum over the classes of a size of hierarchy size - leaves, for the i-th active attribute.
  const uint64_t* gaps(uint64_t size) const { return gaps_.data() + size * lattice_.dimensions(); }
  size_t active() const { return active_; }
  size_t active_attribute(size_t i) const { return active_gaps_[i].attribute; }
  uint64_t failed_records() const { return failed_records_; }
  unsigned __int128 failed_squares() const { return failed_squares_; }
  uint64_t all_classes() const { return all_classes_; }
  unsigned __int128 all_squares() const { return all_squares_; }

 private:
  struct Gap {
    int shift = 0;
    uint64_t mask = 0;
    size_t attribute = 0;
    std::vector<uint64_t> of_digit;
  };
  const Lattice& lattice_;
  uint64_t high_;
  std::vector<uint64_t> classes_;
  std::vector<uint64_t> gaps_;
  std::vector<Gap> active_gaps_;  // attributes in which suppression loses anything on these levels
  size_t active_ = 0;
  uint64_t all_classes_ = 0, failed_records_ = 0;
  unsigned __int128 all_squares_ = 0, failed_squares_ = 0;
};

class FrontierCells {
 public:
  FrontierCells(const Lattice& lattice, const FrontierOptions& options,
                const std::vector<Scorer>& scorers);
  uint64_t highest_limit() const { return highest_limit_; }
  // Whether the node could improve a cell of a loss, going by what its generalisation alone loses.
  // Needs the sizes only. O(k limits).
  bool WantsLoss(const LevelVector& levels, const SizeSums& sums) const;
  // Offers the node to every cell; to those of losses only if `with_loss`, which needs the gaps.
  void Enter(uint64_t node, const LevelVector& levels, const SizeSums& sums, bool with_loss);
  void Merge(const FrontierCells& other);
  std::vector<FrontierRow> Rows() const;

 private:
  struct Cell {
    double rank;  // grows with the score
    bool found = false;
    NodeFacts facts;
  };
  bool IsLoss(size_t m) const {
    return scorers_[m].metric() == Metric::kLoss || scorers_[m].metric() == Metric::kLossArithmetic;
  }
  size_t CellOf(uint64_t k) const {
    return (k - options_.k_low) * limits_.size() * scorers_.size();
  }
  double Rank(size_t m, const NodeFacts& facts) const;
  void Offer(size_t cell, size_t metric, double rank, const NodeFacts& facts);

  const Lattice& lattice_;
  const FrontierOptions& options_;
  const std::vector<Scorer>& scorers_;
  std::vector<uint64_t> limits_;
  uint64_t highest_limit_ = 0;
  std::vector<double> loss_scale_;  // 1 / (N (size - 1)) by attribute, 0 where nothing can be lost
  bool weighted_;
  std::vector<Cell> cells_;
};

}  // namespace oboro::sdc

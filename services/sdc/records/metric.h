// What a node costs. Scores are compared exactly: two nodes whose loss agrees to the last digit are
// a tie, however floating point would round them and in whatever order the columns stand.
//
// Sources: the loss of an attribute is Iyengar's (2002), the share of the hierarchy's leaves that a
// value covers, normalised to 0 for the records as they are and 1 for all of them suppressed, and
// joined over attributes as ARX does (Prasser et al. 2014); discernibility: Bayardo and Agrawal
// (2005); average class size: LeFevre et al. (2006).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/exact.h"
#include "services/sdc/records/lattice.h"

namespace oboro::sdc {

enum class Metric {
  kLoss,               // geometric mean of 1 + loss of the attributes, minus 1
  kLossArithmetic,     // mean loss of the attributes
  kAecs,               // average class size: N / (kept classes + 1 if anything is suppressed)
  kDiscernibility,     // sum n^2 over kept classes + N * suppressed records
  kDiscernibilityAll,  // sum n^2 over all classes
};
absl::StatusOr<Metric> ParseMetric(const std::string& name);
std::string MetricName(Metric metric);

// What an evaluation finds out about a node. loss_units[d] is `size` times the sum of the shares of
// the hierarchy that the records' values cover, a suppressed record counting 1: an integer.
struct NodeFacts {
  uint64_t node = 0;
  bool complete = false;  // false when the evaluation stopped at too many suppressed records
  uint64_t suppressed = 0;
  uint64_t monotone_suppressed = 0;  // by the models that only grow
  bool counted = false;              // false when that is only a lower bound of it
  uint64_t classes = 0;              // kept
  uint64_t all_classes = 0;
  uint64_t min_class = 0, max_class = 0;  // of the kept
  unsigned __int128 kept_squares = 0, all_squares = 0;
  std::vector<uint64_t> loss_units;
  // By attribute, what suppression adds to the loss units through the monotone models alone.
  std::vector<uint64_t> monotone_extra;
};

// Scores of nodes of one lattice under one metric.
class Scorer {
 public:
  // `weights` one per attribute or empty; not negative, not all zero. Only the losses have weights.
  static absl::StatusOr<Scorer> Make(const Lattice& lattice, Metric metric,
                                     const std::vector<Rational>& weights);

  Metric metric() const { return metric_; }
  double Score(const NodeFacts& facts) const;
  // Loss of each attribute, (S - N/size) / (N - N/size).
  std::vector<double> Losses(std::span<const uint64_t> loss_units) const;
  double LossScore(std::span<const uint64_t> loss_units) const;
  // -1, 0, 1 as a scores less, the same or more than b. Exact.
  int Compare(const NodeFacts& a, const NodeFacts& b) const;
  // The whole order: score, suppressed records, level vector.
  bool Better(const NodeFacts& a, const NodeFacts& b) const;

 private:
  int CompareLoss(std::span<const uint64_t> a, std::span<const uint64_t> b) const;
  int CompareArithmetic(std::span<const uint64_t> a, std::span<const uint64_t> b) const;

  Metric metric_ = Metric::kLoss;
  uint64_t records_ = 0;
  std::vector<uint64_t> size_;
  std::vector<int64_t> weight_;
  double weight_sum_ = 0;
};

}  // namespace oboro::sdc

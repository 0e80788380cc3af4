// The whole risk-utility frontier of a table: the optimum for every k, every suppression limit and
// every metric, from one pass over the lattice.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc {

struct FrontierOptions {
  uint64_t k_low = 2, k_high = 100;
  std::vector<Rational> suppression_limits = {{0, 1}, {1, 100}, {1, 50}, {1, 20}, {1, 10}};
  std::vector<Metric> metrics = {Metric::kLoss, Metric::kLossArithmetic, Metric::kAecs,
                                 Metric::kDiscernibility, Metric::kDiscernibilityAll};
  std::vector<Rational> weights;
  int threads = 0;
  // Asked now and then; true ends with CANCELLED, since half a frontier proves nothing.
  std::function<bool()> stop;
};

struct FrontierRow {
  uint64_t k = 0;
  Rational suppression_limit;
  Metric metric = Metric::kLoss;
  bool found = false;
  LevelVector levels;
  double score = 0;
  uint64_t suppressed = 0;
  uint64_t classes = 0;
};

struct Frontier {
  std::vector<FrontierRow> rows;  // by k, limit, metric as given
  uint64_t lattice_nodes = 0;
  uint64_t evaluated_nodes = 0;
};

// Each row is what FindOptimum returns for its k beside the input's other models (k-anonymity
// models of the input only raise k_low). Time: the sum over all nodes of the classes of the node
// that each is rolled up from, less the parts of the lattice where even k_low needs more
// suppression than the highest limit. INVALID_ARGUMENT for k_low < 1 or above k_high, or k_high >
// 10,000.
absl::StatusOr<Frontier> FindFrontier(const SearchInput& input, const FrontierOptions& options);

}  // namespace oboro::sdc

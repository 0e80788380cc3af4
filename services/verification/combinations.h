#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"

namespace oboro::verification {

// Columns, and how well who knows them singles records out. Never a value of a column.
struct Combination {
  std::vector<std::string> columns;
  int64_t classes = 0;
  int64_t uniques = 0;
  int64_t below = 0;  // records in classes smaller than k
};

// What makes classes small, and what would help.
struct Combinations {
  // The ten sets of at most three quasi-identifiers with most records below k, most first; of equal
  // ones the smaller set, then in the order of the quasi-identifiers. A set is left out if a part
  // of it has as many (what it adds tells nothing), or if it has none.
  std::vector<Combination> worst;
  // For each quasi-identifier, in their order: `columns` is that one, the figures are those of all
  // the others together. Empty for a single quasi-identifier.
  std::vector<Combination> without;
};

// Each set is counted by itself: O(n) a set for n records, at most 300 sets. With more than 300
// sets of three only pairs and single columns are tried, with more than 24 columns none.
absl::StatusOr<Combinations> FindCombinations(const sdc::CodedTable& table,
                                              const std::vector<std::string>& quasi_identifiers,
                                              int64_t k, int threads);

}  // namespace oboro::verification

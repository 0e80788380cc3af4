// Re-identification risk of a table of records, measured over its quasi-identifiers.
//
// A class is the set of records that agree in every quasi-identifier. Shapes: n records, q
// quasi-identifiers. Nothing here depends on the order of records, codes or columns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"

namespace oboro::sdc {

// What the classes tell about one sensitive attribute; the worst class counts.
struct SensitiveMeasure {
  std::string name;
  // Fewest distinct values in a class (Machanavajjhala et al. 2007): the table is distinct
  // l-diverse for every l up to this.
  uint64_t distinct_l = 0;
  // Least exp(entropy) of a class, entropy in nats (ibid.): the largest entropy l, in floating
  // point.
  double entropy_l = 0;
  // Greatest distance of a class's distribution from the table's, half the L1 distance (Li et al.
  // 2007, equal distance): the least t, in floating point.
  double t_equal = 0;
};

struct ClassMeasure {
  uint64_t records = 0;
  uint64_t classes = 0;
  uint64_t min_class = 0;  // 0 for a table without records
  uint64_t max_class = 0;
  uint64_t uniques = 0;  // records alone in their class
  // (class size, number of classes of that size), ascending.
  std::vector<std::pair<uint64_t, uint64_t>> histogram;
  std::vector<SensitiveMeasure> sensitive;

  // Records in classes of fewer than k records. O(histogram).
  uint64_t RecordsBelow(uint64_t k) const;
  // Prosecutor risk (the attacker knows that the person is in the table): 1 / class size. Highest,
  // and mean over the records, which is classes / records and the marketer risk as well.
  double ProsecutorMax() const;
  double ProsecutorMean() const;
};

struct MeasureOptions {
  int threads = 0;  // 0: as many as the machine has
};

// Classes over the columns `quasi_identifiers` and, for each of `sensitive`, what they disclose.
// Time O(n q) expected, memory 5 or 9 bytes a record beside the table (18 bytes and a sort with
// sensitive columns). INVALID_ARGUMENT for no or repeated quasi-identifiers or a column out of
// range.
absl::StatusOr<ClassMeasure> MeasureClasses(const CodedTable& table,
                                            std::span<const size_t> quasi_identifiers,
                                            std::span<const size_t> sensitive = {},
                                            const MeasureOptions& options = {});

// The same with columns by name.
absl::StatusOr<ClassMeasure> MeasureClasses(const CodedTable& table,
                                            const std::vector<std::string>& quasi_identifiers,
                                            const std::vector<std::string>& sensitive = {},
                                            const MeasureOptions& options = {});

}  // namespace oboro::sdc

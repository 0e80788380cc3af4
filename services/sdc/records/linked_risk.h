// Risks that need more than the table's own classes: of households, and against a population table.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"

namespace oboro::sdc {

// The size of each record's class over the quasi-identifiers. O(n q), 16 bytes a record while it
// runs. RESOURCE_EXHAUSTED beyond 2^32 records.
absl::StatusOr<std::vector<uint32_t>> ClassSizes(const CodedTable& table,
                                                 std::span<const size_t> quasi_identifiers,
                                                 int threads);

struct HouseholdMeasure {
  // By code of the household column: 1 - prod(1 - r) over the members' risks r, the probability
  // that at least one member is re-identified (Hundepool et al. 2012, sec. 3.6.2).
  std::vector<double> risk;
  uint64_t households = 0;
  double max = 0;          // over households: the household most at risk
  double mean = 0;         // over households
  double record_mean = 0;  // over records, each with its household's risk

  // The other measure in use, the maximum: a household's risk is that of its member most at risk.
  // It never exceeds `risk`, which approaches it where one member stands out.
  std::vector<double> highest_member;  // by code of the household column
  double highest_member_max = 0;       // which is the greatest risk of all records
  double highest_member_mean = 0;      // over households
};

// `risk[i]` is the risk of record i, 0 to 1; `household` the column of household numbers (a missing
// number is one household). A product over members in the order of records. O(records).
// INVALID_ARGUMENT if the sizes differ.
absl::StatusOr<HouseholdMeasure> MeasureHouseholds(std::span<const double> risk,
                                                   const CodedColumn& household);

struct JournalistMeasure {
  double max = 0;   // greatest 1 / F over the records, F being the class size in the population
  double mean = 0;  // mean 1 / F
  // Records whose class is smaller in the population than in the table, which then is not a part of
  // it; they are counted with the size in the table.
  uint64_t records_beyond_population = 0;
};

// Journalist risk (El Emam and Dankar 2008): the attacker knows the population, not who is in the
// table, and picks one of the F people of the population that a record may be. The table is taken
// to be a part of the population. `population_columns` correspond to the quasi-identifiers one by
// one. O((n + N) q) for n and N records, 16 bytes and q codes for each while it runs.
// INVALID_ARGUMENT for unequal numbers of columns, RESOURCE_EXHAUSTED beyond 2^32 records together.
absl::StatusOr<JournalistMeasure> MeasureJournalist(const CodedTable& table,
                                                    std::span<const size_t> quasi_identifiers,
                                                    const CodedTable& population,
                                                    std::span<const size_t> population_columns,
                                                    int threads);

}  // namespace oboro::sdc

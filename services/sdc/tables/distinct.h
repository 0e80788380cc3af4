// Tables of distinct persons or households: not additive, since whoever has rows in two cells
// counts once in their margin.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {

// Those who have rows in exactly these finest cells.
struct DistinctGroup {
  std::vector<CellId> finest;  // ascending, at least one
  int64_t ids = 0;
};

struct DistinctTable {
  std::vector<int64_t> values;        // distinct ids in every cell
  std::vector<int64_t> several;       // of them those with rows in two or more finest cells
  std::vector<int64_t> occurrences;   // pairs of id and finest cell: additive
  std::vector<DistinctGroup> groups;  // all ids, by where they occur; in order of `finest`
};

// O(rows log rows). Errors: as TabulateCounts.
absl::StatusOr<DistinctTable> TabulateDistinctTable(const Grid& grid,
                                                    std::span<const CodeSpan> columns,
                                                    std::span<const uint32_t> ids,
                                                    const TabulateOptions& options = {});

// A second population that agrees with everything published: how many ids of each group
// (DistinctProtection::groups) there are in it.
struct DistinctProof {
  Target target;
  int8_t sign = 0;
  int64_t amount = 0;
  std::vector<int64_t> ids;  // one a group
};

struct DistinctProtection {
  // Proofs of `table` move only ids that occur in one finest cell; those are additive, and the
  // proofs are witnesses of values - several.
  ProtectedTable table;
  // What these do not reach: whole groups are moved.
  std::vector<DistinctGroup>
      groups;  // those of the table, and one for every suppressed finest cell
  std::vector<DistinctProof> group_proofs;

  bool safe() const { return table.safe(); }
};

// Protects a table of distinct ids, in two ways; the cheaper safe one stands. In both the attacker
// is given more than he has, which is sound:
//  1. where everybody occurs who has rows in several finest cells. What is left of every cell is
//     then additive, and is protected and proven as a table of counts is.
//  2. the combinations of finest cells in which anybody occurs at all, but not how many in each.
//     Secondaries are chosen on the table of occurrences; every target and every secondary is then
//     proven by a population over these combinations, checked by CheckTable (knowledge.h). Not for
//     policies with insiders or with targets that keep a cell.
// What is not proven is exposed.
// Errors: as ProtectCounts.
absl::StatusOr<DistinctProtection> ProtectDistinct(const Grid& grid, const DistinctTable& table,
                                                   const TablePolicy& policy);

}  // namespace oboro::sdc

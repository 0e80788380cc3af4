// What an attacker knows of a released table, as linear equations over the finest unknown cells.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/witness.h"

namespace oboro::sdc {

// A cell as constant + sum of variables (each with coefficient 1), variables ascending.
struct CellSum {
  int64_t constant = 0;
  std::vector<uint32_t> vars;
};

struct AttackSystem {
  // sum(vars) in [low, high]; an equation if low == high.
  struct Row {
    std::vector<uint32_t> vars;
    int64_t low, high;
    CellId source;  // the published cell that the row comes from
  };
  std::vector<CellId> cell_of;        // variable -> finest cell
  std::vector<int64_t> lower, upper;  // of each variable; upper INT64_MAX: none
  std::vector<Row> rows;
  std::vector<CellId> suppressed;  // every cell that carries the mark, ascending
  std::vector<CellSum> sums;       // of suppressed[i]
};

inline constexpr int64_t kUnbounded = INT64_MAX;

// Builds the system from published figures only: values of unknown cells are not read. Every
// published cell gives one row (its finest cells sum to it, shortened by published parts), which
// together say the same as all equations of the grid.
// Error: FailedPrecondition naming the equation if published numbers contradict each other.
absl::StatusOr<AttackSystem> BuildAttackSystem(const Grid& grid, std::span<const int64_t> values,
                                               std::span<const CellStatus> statuses,
                                               const CellBounds& bounds);

// "町丁目=一丁目, sex=*": how messages name a cell.
std::string CellLabel(const Grid& grid, CellId cell);

}  // namespace oboro::sdc

// Witness tables: the proof that a suppressed cell cannot be worked out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"

namespace oboro::sdc {

// An upper bound so high stands for none.
inline constexpr int64_t kNoUpperBound = INT64_MAX / 4;

// What the attacker knows of a cell before he sees the table: lower <= value <= upper.
struct CellBounds {
  std::vector<int64_t> lower;  // one a cell
  std::vector<int64_t> upper;  // one a cell, or empty: no upper bound
};

// A second table, given by its differences from the true one. A consistent witness is a table of
// whole numbers which the attacker cannot tell from the true one, since it agrees with every
// published number and every bound he knows.
struct Witness {
  struct Change {
    CellId cell;
    int64_t delta;
  };
  std::vector<Change> changes;  // ascending by cell, no zero deltas
};

// Says whether `witness` is consistent: it changes only cells that are not published, keeps every
// bound, and true values plus changes satisfy every group equation of the grid. `values` must
// itself be additive. Shares no code with the search. O(n log n) for n changes and their groups.
// Error: FailedPrecondition naming the cell or the equation.
absl::Status CheckWitness(const Grid& grid, std::span<const int64_t> values,
                          std::span<const CellStatus> statuses, const CellBounds& bounds,
                          const Witness& witness);

// The change that a witness makes to a cell (0 if none).
int64_t ChangeOf(const Witness& witness, CellId cell);

}  // namespace oboro::sdc

// A numbering of a table's categories that depends on its figures and not on labels or row order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/tables/grid.h"

namespace oboro::sdc {

struct CanonicalTable {
  Grid grid;                     // the same table, categories in canonical order
  std::vector<CellId> old_cell;  // canonical cell -> cell of the original grid
};

// Orders the categories of every dimension by their totals, then by colours refined over the whole
// table (in the manner of Weisfeiler and Leman: the colour of a category is a hash of its cells'
// marks and of the colours they meet in the other dimensions), and only among categories that
// stay alike by label. `marks` is one number a cell (value and role). O(rounds x cells x D).
CanonicalTable Canonicalize(const Grid& grid, std::span<const uint64_t> marks,
                            std::span<const int64_t> values);

}  // namespace oboro::sdc

// Every whole-numbered table that agrees with what is published, by plain search. For tests.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"

namespace oboro::sdc::testing {

struct Enumeration {
  bool complete = false;  // false if the search was cut off or is endless
  uint64_t tables = 0;
  std::vector<int64_t> low, high;  // per cell, over all consistent tables
};

// Sets the finest cells one after the other, each from 0 to what the published cells above it leave
// over, and keeps the tables in which every published cell is right.
Enumeration Enumerate(const Grid& grid, std::span<const int64_t> values,
                      std::span<const CellStatus> statuses, uint64_t max_steps);

}  // namespace oboro::sdc::testing

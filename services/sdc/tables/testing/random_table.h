// Random tables for tests: shapes and figures from a seed alone.
#pragma once

#include <cstdint>
#include <vector>

#include "services/sdc/tables/grid.h"

namespace oboro::sdc::testing {

struct RandomTable {
  Grid grid;
  std::vector<int64_t> values;
};

// One to three dimensions of 2 to 6 categories, flat or with one level of groups.
RandomTable MakeRandomTable(uint32_t seed);

// One to three dimensions with at most 12 finest cells of small counts.
RandomTable MakeSmallTable(uint32_t seed);

}  // namespace oboro::sdc::testing

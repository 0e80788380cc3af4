// A whole city as a table: the synthetic register of Hamamatsu by town, age and sex.
#pragma once

#include <cstdint>
#include <vector>

#include "services/sdc/tables/grid.h"

namespace oboro::sdc {

struct CityTable {
  Grid grid;  // 551 towns x (21 five-year bands and 不詳, in three groups and 不詳) x two sexes
  std::vector<int64_t> values;
};

// Tabulates the register that `oboro synth --municipality 221309 --as-of 2025-04-01 --population P`
// writes: made by the same library, read by the CSV loader. Towns in which nobody lives stay in the
// table. Residents whose date of birth is not fully known stand at 不詳.
CityTable TabulateCity(uint64_t population);

}  // namespace oboro::sdc

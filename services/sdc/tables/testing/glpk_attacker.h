// An attacker that shares nothing with the engine's search: exact intervals by GLPK's integer
// solver over the finest cells. For tests.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"

namespace oboro::sdc::testing {

class GlpkAttacker {
 public:
  // Every unknown cell is taken as at least `lower` and as whole.
  GlpkAttacker(const Grid& grid, std::span<const int64_t> values,
               std::span<const CellStatus> statuses, int64_t lower);
  ~GlpkAttacker();
  GlpkAttacker(const GlpkAttacker&) = delete;
  GlpkAttacker& operator=(const GlpkAttacker&) = delete;

  // The least and the greatest value of a cell over all tables consistent with what is published.
  // {1, 0} if there is no consistent table at all.
  std::pair<int64_t, int64_t> Interval(CellId cell);

 private:
  int64_t Solve(CellId cell, bool maximize, bool* ok);

  const Grid& grid_;
  void* problem_;
};

}  // namespace oboro::sdc::testing

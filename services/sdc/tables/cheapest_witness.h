// The cheapest change of a small table by linear programming: longer cycles than boxes reach.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/witness.h"

namespace oboro::sdc {

// Every table of changes that keeps all equations of the grid, with its cost in proportion to the
// amounts moved: the linear relaxation of complementary suppression (Fischetti and Salazar 2001,
// section 3) for one target. Solved with CLP; a solution counts only in whole numbers.
class CheapestWitness {
 public:
  // Past so many cells a program takes too long to be asked often.
  static constexpr CellId kMaxCells = 600;
  // What one program counts for in the search's work, for each cell of the table.
  static constexpr uint64_t kWorkPerCell = 200;

  // The spans stay the caller's and may change between calls, as in BoxSearch.
  CheapestWitness(const Grid& grid, std::span<const int64_t> cost, std::span<const int64_t> room_up,
                  std::span<const int64_t> room_down);
  ~CheapestWitness();

  // Changes `target` by sign * amount or more. `salt` shifts the prices a little, so that repeated
  // calls find other ways. True if `changes` holds whole numbers within all room.
  bool Find(CellId target, int sign, int64_t amount, uint64_t salt,
            std::vector<Witness::Change>* changes);

 private:
  struct Impl;
  const Grid& grid_;
  std::span<const int64_t> cost_, room_up_, room_down_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::sdc

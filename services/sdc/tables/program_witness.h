// Witnesses by integer programming, for targets that no box reaches. Internal to Suppress().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/interval_solver.h"
#include "services/sdc/tables/witness.h"

namespace oboro::sdc {

// Built once for a pattern; the unknown cells must not change while it is used.
class ProgramWitness {
 public:
  // Past so many unknown finest cells it declines to look: no witness within the limit.
  static constexpr size_t kMaxVariables = 6000;

  ProgramWitness(const Grid& grid, std::span<const int64_t> values,
                 std::span<const CellStatus> statuses, const CellBounds& bounds);

  // A witness that moves `cell` by sign * amount or more, or nothing.
  std::optional<Witness> Find(CellId cell, int sign, int64_t amount);

 private:
  const Grid& grid_;
  std::span<const int64_t> values_;
  bool usable_ = false;
  AttackSystem system_;
  std::vector<int64_t> lower_, upper_;
  std::vector<AttackPart> parts_;
  std::vector<uint32_t> part_of_;
  std::vector<std::unique_ptr<IntervalSolver>> solvers_;
};

// The changes of all cells that follow from changes of finest cells: every cell over them.
Witness SpreadChanges(const Grid& grid, std::span<const Witness::Change> finest);

}  // namespace oboro::sdc

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
  // Past so many unknown finest cells it looks in neighbourhoods only.
  static constexpr size_t kMaxVariables = 6000;

  ProgramWitness(const Grid& grid, std::span<const int64_t> values,
                 std::span<const CellStatus> statuses, const CellBounds& bounds);

  // A witness that moves `cell` by sign * amount or more, or nothing.
  std::optional<Witness> Find(CellId cell, int sign, int64_t amount);

 private:
  // Looks among `limit` unknown cells around the target, the attacker being given the true values
  // of all others: that makes him stronger, so what is found holds.
  std::optional<Witness> FindNear(const CellSum& sum, CellId cell, int sign, int64_t amount,
                                  size_t limit);
  std::optional<Witness> FindAnywhere(const CellSum& sum, CellId cell, int sign, int64_t amount);
  std::vector<uint32_t> Neighbourhood(const CellSum& sum, size_t limit) const;
  std::optional<CellSum> SumOf(CellId cell) const;

  const Grid& grid_;
  std::span<const int64_t> values_;
  bool usable_ = false;
  AttackSystem system_;
  std::vector<int64_t> lower_, upper_;
  std::vector<AttackPart> parts_;
  std::vector<uint32_t> part_of_;
  std::vector<std::vector<uint32_t>> rows_of_;  // of each variable
  std::vector<std::unique_ptr<IntervalSolver>> solvers_;
};

// The changes of all cells that follow from changes of finest cells: every cell over them.
Witness SpreadChanges(const Grid& grid, std::span<const Witness::Change> finest);

}  // namespace oboro::sdc

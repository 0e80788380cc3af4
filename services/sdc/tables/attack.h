// The attack: what an outsider can work out of a released table.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/witness.h"

namespace oboro::sdc {

// The interval of one suppressed cell (秘匿インターバル). `low` and `high` are attained by integer
// tables consistent with all that is published (witnesses, checked exactly) unless not `exact`:
// then no such table was found within the limits, and outer_low/outer_high bound the truth.
struct CellInterval {
  CellId cell;
  int64_t low, high;              // least and greatest value shown by a witness table
  int64_t outer_low, outer_high;  // no consistent table lies outside
  bool exact() const { return low == outer_low && high == outer_high; }
};

struct AttackOptions {
  // Integer programs stop after so many nodes; the cell then counts by what was witnessed.
  int max_nodes = 2000;
  // Linear programs solved at most, 0: no limit. Past it, cells keep what is known so far.
  uint64_t max_programs = 0;
  // The same in work: a program over v unknown cells counts v * v. A pure number, 0: no limit.
  uint64_t max_work = 0;
};

struct AttackResult {
  std::vector<CellInterval> intervals;  // of every suppressed cell, ascending by cell
  uint64_t programs = 0;                // linear and integer programs solved
  uint64_t inexact = 0;                 // cells whose interval is not exact
};

// Attacks with published figures only. Bounds that no row restricts are kUnbounded.
// Errors: FailedPrecondition if no table is consistent with what is published (the message names an
// equation that fails, where one alone shows it).
absl::StatusOr<AttackResult> Attack(const Grid& grid, std::span<const int64_t> values,
                                    std::span<const CellStatus> statuses, const CellBounds& bounds,
                                    const AttackOptions& options = {});

}  // namespace oboro::sdc

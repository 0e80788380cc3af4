// Complementary suppression: the cheapest set of further suppressions that protects every target.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/witness.h"

namespace oboro::sdc {

// What must stay possible for the attacker. With up > 0 some consistent table must show at least
// value + up, with down > 0 at most value - down; with both 0 the value must not be certain.
struct Target {
  CellId cell;
  int64_t up = 0;
  int64_t down = 0;
  // The insider who is not kept from it, -1: nobody (whom the rule protects is no attacker).
  int32_t exempt = -1;
  // A cell that the witness must leave as it is, kNoKeep: none. "Not all of this margin" is a cell
  // that may be less while its margin is what it is.
  CellId keep = kNoKeep;
  static constexpr CellId kNoKeep = UINT32_MAX;
};

struct SuppressionProblem {
  const Grid* grid;                  // not owned
  std::span<const int64_t> values;   // additive over the grid
  std::vector<CellStatus> statuses;  // where it starts: primaries and hidden cells are marked
  CellBounds bounds;                 // what the attacker knows of every cell
  std::vector<int64_t> cost;         // of suppressing a published cell; kFixedCell: never
  std::vector<Target> targets;
  // Attackers from inside: each knows the values of these cells (a single contributor its own).
  std::vector<std::vector<CellId>> insiders;
  // Witnesses of earlier runs, as changes to `values`: those that still hold are used again, and
  // those that would hold if further cells were suppressed are weighed against what is found anew.
  std::vector<Witness> known;
  // What boxes and known witnesses do not reach stays open: other orders are tried for few targets
  // only, integer programs not at all, and nothing more after some seconds of work.
  bool quick = false;
  // Search effort in cells looked at (a pure number, never time, so that runs are repeatable).
  uint64_t work_limit = 0;  // 0: 5 million and 20 thousand a target
};

struct ProvenTarget {
  Target target;
  int8_t sign = 0;       // direction proven: +1 up, -1 down
  int64_t amount = 0;    // at least 1
  int32_t insider = -1;  // index of the insider who is kept from it, -1: the outsider
  Witness witness;       // changes target.cell by sign * amount or more
};

struct SuppressionResult {
  std::vector<CellStatus> statuses;
  std::vector<ProvenTarget> proofs;
  std::vector<Target> unprotected;  // targets for which no witness was found: exposed
  int64_t cost = 0;                 // of the secondary suppressions
  uint64_t work = 0;
};

// Every cell that the result suppresses beyond the targets is changed by some witness, so that the
// result is at level R for all suppressed cells and at the level of the targets for those.
// Error: InvalidArgument if the sizes do not match the grid.
absl::StatusOr<SuppressionResult> Suppress(const SuppressionProblem& problem);

// The seeds of the searches that Suppress runs, for the evidence.
std::vector<uint64_t> SearchSeeds();

}  // namespace oboro::sdc

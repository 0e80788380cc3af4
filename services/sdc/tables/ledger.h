// The ledger: all releases from one dataset together, as constraints over its finest cells.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/knowledge.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc {

// A figure that is not exact: a rounded or noisy count, one published elsewhere with a margin.
struct LedgerInterval {
  CellId cell;
  int64_t low, high;
};

// A published mean: of the release's own measure over the counts of measure `count_of` of the same
// date, as mean / 10^decimals, rounded half up.
struct LedgerMean {
  CellId cell;
  int64_t mean;
  int decimals = 0;
  std::string count_of;
};

// One released table, placed on the ledger's grid: the grid over the finest categories of every
// attribute that any release uses. An attribute that a table does not show stands at its total; a
// filter stands at the group of the values it keeps (Dimension::AddGroup).
//
// Releases of one measure and one reference date show parts of one additive table (a layer). Layers
// are linked by what LedgerOptions says and by means; not at all otherwise.
struct LedgerRelease {
  std::string id;
  std::vector<CellId> cells;
  std::vector<int64_t> values;       // read only where published
  std::vector<CellStatus> statuses;  // with the inside reasons
  int64_t threshold = 10;
  // Witnesses that proved the release when it was made, as changes to the true table on this grid
  // (inside only; optional). They spare the check most of its search; each is checked again.
  std::vector<Witness> witnesses;
  bool zeros_shown = false;  // ZeroPolicy::kShown: a suppressed count is at least 1
  std::string measure;       // "" for the counts; else a name of the caller's: "households"
  std::string as_of;         // the reference date; dates are put into order as text
  std::vector<LedgerInterval> intervals;  // of cells that are published as such
  std::vector<LedgerMean> means;          // of this (summed) measure
  // For amounts: what must stay possible (Sensitivity), also of cells that no table shows. If
  // given, it stands in place of the threshold; Target::exempt is an index into the attackers.
  std::vector<Target> targets;
  bool amounts = false;  // the threshold does not apply to this release
  // Published by others and entered by the privacy officer: what it shows is out and is not held
  // against a new table, but what follows from it together with the new table is.
  bool elsewhere = false;
};

// Someone inside. He knows whole cells (a co-tenant its own; a sole contributor his), or that a
// cell is at least his own part (a household of four in it). A coalition is several such together.
struct Attacker {
  struct Part {
    CellId cell;
    int64_t at_least;
    std::string measure;
  };
  std::string name;
  std::vector<CellId> cells;  // known, in every layer
  std::vector<Part> parts;    // of layers of that measure, at every date
};

// All that the members know. Parts in one cell add up: contributors do not overlap.
Attacker Coalition(std::span<const Attacker> members);

// measure `lesser` <= measure `greater` in every cell at one date: households <= persons,
// distinct <= occurrences.
struct MeasureLink {
  std::string lesser, greater;
};

enum class LedgerVerdict : uint8_t { kSafe, kSafeWithFurther, kRefused };

inline const char* LedgerVerdictName(LedgerVerdict verdict) {
  switch (verdict) {
    case LedgerVerdict::kSafe:
      return "safe";
    case LedgerVerdict::kSafeWithFurther:
      return "safe_with_further";
    case LedgerVerdict::kRefused:
      break;
  }
  return "refused";
}

struct LedgerAnswer {
  LedgerVerdict verdict = LedgerVerdict::kRefused;
  std::vector<CellId> further;  // cells of the new table to suppress as well
  std::vector<CellId> exposed;  // cells, of any release, that could be worked out, ascending
  // The measure and date of each exposed cell, where there is more than one layer.
  std::vector<std::string> exposed_layer;
  std::string because;  // inside only: the earlier release that exposes with the new one
  // Inside only: what shows everything of the new table's measure and date safe, earlier releases
  // too, as changes to the base with `further` suppressed (LedgerRelease::witnesses). Empty where
  // the table is refused.
  std::vector<Witness> witnesses;
  uint64_t targets = 0;   // what had to be shown safe
  uint64_t programs = 0;  // integer programs over several layers
  uint64_t work = 0;
  // For whoever asked from outside: a refusal tells no more than that it is one.
  const char* outside() const {
    return verdict == LedgerVerdict::kRefused ? "REFUSED" : "ACCEPTED";
  }
};

struct LedgerOptions {
  std::vector<MeasureLink> links;
  // The policy's flow bound b: |x(t+1) - x(t)| <= b in every finest cell between one reference date
  // of the ledger and the next, as an attacker may assume. None: dates are not linked.
  std::optional<int64_t> flow_bound;
  std::vector<Attacker> attackers;
  // A dimension whose categories are tenants of a joint statistic, or -1. Every tenant is then an
  // attacker too, who knows all cells of its own.
  int tenant_dimension = -1;
  // False if `base` was made by ConsistentTable. Which counts that no table shows are small is then
  // unknown: all that are not shown to reach the threshold are exposed, unless some consistent
  // table has none of them.
  bool base_is_true = true;
  // Someone waits: what is not shown safe at once is made safe by further suppressions, or refused,
  // without the long searches that might yet show it safe. Never less sound.
  bool quick = false;
};

// The whole-numbered table of one layer over the whole grid.
struct LedgerBase {
  std::string measure, as_of;
  std::vector<int64_t> values;
};

// Attacks `fresh` together with `earlier`. `base` is a whole-numbered table over the whole grid
// that agrees with everything published: the true one, or one made by ConsistentTable.
//
// The releases are merged first: a cell is known as soon as one of them shows it. Then every cell
// that is still suppressed must have its witness in the merged system, at the level of its own
// release. Nothing in this depends on the order of `earlier`.
// Errors: InvalidArgument for sizes; FailedPrecondition if two releases show different values for
// one cell (the message names them) or `base` does not agree with a release.
absl::StatusOr<LedgerAnswer> CheckRelease(const Grid& grid, std::span<const LedgerRelease> earlier,
                                          const LedgerRelease& fresh, std::span<const int64_t> base,
                                          const LedgerOptions& options = {});

// The same over several measures and dates; `bases` has the table of every layer that occurs.
// A target is first shown safe within its own layer, the attacker being given the true values of
// all others (knowledge across layers then is bounds on cells); what that does not show is asked of
// integer programs over all layers at once (knowledge.h). Either way a checked witness decides.
// Errors: as CheckRelease; InvalidArgument if a layer has no base, FailedPrecondition if the bases
// break a link, a mean or the flow bound (the message names it).
absl::StatusOr<LedgerAnswer> CheckLedger(const Grid& grid, std::span<const LedgerRelease> earlier,
                                         const LedgerRelease& fresh,
                                         std::span<const LedgerBase> bases,
                                         const LedgerOptions& options = {});

// All that an attacker from outside knows, over variables layer * grid cells + finest cell, the
// layers as in `bases`. For tests and for officers who ask what the engine assumes.
absl::StatusOr<Knowledge> LedgerKnowledge(const Grid& grid, std::span<const LedgerRelease> releases,
                                          std::span<const LedgerBase> bases,
                                          const LedgerOptions& options = {});

// A whole-numbered table that agrees with all releases, found from published figures alone.
// Errors: FailedPrecondition if there is none; DeadlineExceeded if none was found within the
// limits.
absl::StatusOr<std::vector<int64_t>> ConsistentTable(const Grid& grid,
                                                     std::span<const LedgerRelease> releases);

// The same for releases of several measures and dates: a table for every layer.
absl::StatusOr<std::vector<LedgerBase>> ConsistentTables(const Grid& grid,
                                                         std::span<const LedgerRelease> releases,
                                                         const LedgerOptions& options = {});

// For each leaf of a dimension the cells of that leaf: what a co-tenant knows.
std::vector<std::vector<CellId>> TenantInsiders(const Grid& grid, size_t tenant_dimension);

}  // namespace oboro::sdc

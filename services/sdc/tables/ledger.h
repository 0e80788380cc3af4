// The ledger: all releases from one dataset together, as constraints over its finest cells.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc {

// One released table, placed on the ledger's grid: the grid over the finest categories of every
// attribute that any release uses. An attribute that a table does not show stands at its total; a
// filter stands at the group of the values it keeps (Dimension::AddGroup).
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
};

enum class LedgerVerdict : uint8_t { kSafe, kSafeWithFurther, kRefused };

struct LedgerAnswer {
  LedgerVerdict verdict = LedgerVerdict::kRefused;
  std::vector<CellId> further;  // cells of the new table to suppress as well
  std::vector<CellId> exposed;  // suppressed cells, of any release, that could be worked out
  std::string because;          // inside only: the earlier release that exposes with the new one
  uint64_t work = 0;
  // For whoever asked from outside: a refusal tells no more than that it is one.
  const char* outside() const {
    return verdict == LedgerVerdict::kRefused ? "REFUSED" : "ACCEPTED";
  }
};

struct LedgerOptions {
  // A dimension whose categories are tenants of a joint statistic, or -1. Every tenant is then an
  // attacker too, who knows all cells of its own.
  int tenant_dimension = -1;
  // False if `base` was made by ConsistentTable. A count that no table shows is then exposed if the
  // attacker is certain that it is small and not zero, since its true value is not at hand.
  bool base_is_true = true;
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

// A whole-numbered table that agrees with all releases, found from published figures alone.
// Errors: FailedPrecondition if there is none; DeadlineExceeded if none was found within the
// limits.
absl::StatusOr<std::vector<int64_t>> ConsistentTable(const Grid& grid,
                                                     std::span<const LedgerRelease> releases);

// For each leaf of a dimension the cells of that leaf: what a co-tenant knows.
std::vector<std::vector<CellId>> TenantInsiders(const Grid& grid, size_t tenant_dimension);

}  // namespace oboro::sdc

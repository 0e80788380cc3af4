// Tabulation straight from dictionary codes, with all margins.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/grid.h"

namespace oboro::sdc {

// One coded column; the code of a row is the leaf number in the dimension that it belongs to.
using CodeSpan =
    std::variant<std::span<const uint8_t>, std::span<const uint16_t>, std::span<const uint32_t>>;

// Keeps a row if allowed[code] is not 0 (a code past the end of `allowed` is not kept).
struct RowFilter {
  CodeSpan codes;
  std::vector<uint8_t> allowed;
};

struct TabulateOptions {
  std::vector<RowFilter> filters;  // a row is counted if all filters keep it
  int threads = 2;
};

// Counts rows for every cell of the grid, margins included. columns[d] belongs to grid.dim(d).
// O(rows x dimensions / threads + cells x dimensions). Errors: InvalidArgument if a column is
// missing, has another length than the first, or holds a code that is no leaf of its dimension
// (the message names the row).
absl::StatusOr<std::vector<int64_t>> TabulateCounts(const Grid& grid,
                                                    std::span<const CodeSpan> columns,
                                                    const TabulateOptions& options = {});

// Sums `amounts` (one a row) for every cell. Errors: as above, and OutOfRange on overflow.
absl::StatusOr<std::vector<int64_t>> TabulateSums(const Grid& grid,
                                                  std::span<const CodeSpan> columns,
                                                  std::span<const int64_t> amounts,
                                                  const TabulateOptions& options = {});

// Counts distinct ids (persons, households) for every cell. Not additive: an id with rows in two
// cells counts once in their margin. O(rows log rows).
absl::StatusOr<std::vector<int64_t>> TabulateDistinct(const Grid& grid,
                                                      std::span<const CodeSpan> columns,
                                                      std::span<const uint32_t> ids,
                                                      const TabulateOptions& options = {});

// A row that a filter drops.
inline constexpr CellId kNoCell = UINT32_MAX;

// The finest cell of every row, kNoCell where a filter drops it. Errors: as TabulateCounts.
absl::StatusOr<std::vector<CellId>> FinestCells(const Grid& grid, std::span<const CodeSpan> columns,
                                                const TabulateOptions& options = {});

// True if every group equation of the grid holds for `values`.
bool IsAdditive(const Grid& grid, std::span<const int64_t> values);

}  // namespace oboro::sdc

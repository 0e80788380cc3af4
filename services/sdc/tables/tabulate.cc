#include "services/sdc/tables/tabulate.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

constexpr size_t kBlock = 4096;  // rows coded at a time: stays in the first-level cache
constexpr size_t kNoRow = SIZE_MAX;

size_t Length(const CodeSpan& codes) {
  return std::visit([](auto s) { return s.size(); }, codes);
}

absl::Status CheckShape(const Grid& grid, std::span<const CodeSpan> columns,
                        const TabulateOptions& options, size_t* rows) {
  if (columns.size() != grid.rank()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a table of ", grid.rank(), " dimensions needs as many columns, not ", columns.size()));
  }
  *rows = Length(columns[0]);
  for (size_t d = 1; d < columns.size(); ++d) {
    if (Length(columns[d]) != *rows) {
      return absl::InvalidArgumentError(absl::StrCat("column of dimension ", grid.dim(d).name(),
                                                     " has ", Length(columns[d]), " rows, not ",
                                                     *rows));
    }
  }
  for (const RowFilter& f : options.filters) {
    if (Length(f.codes) != *rows) {
      return absl::InvalidArgumentError("a filter's column has another number of rows");
    }
  }
  return absl::OkStatus();
}

// Adds the stride of one column to the cells of rows [from, from + n); returns the first row whose
// code is no leaf, or kNoRow.
template <typename Code>
size_t AddColumn(std::span<const Code> codes, size_t from, size_t n, uint32_t leaves, CellId stride,
                 CellId* cells) {
  uint32_t worst = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint32_t code = codes[from + i];
    worst = std::max(worst, code);
    cells[i] += code * stride;
  }
  if (worst < leaves) return kNoRow;
  for (size_t i = 0; i < n; ++i) {
    if (codes[from + i] >= leaves) return from + i;
  }
  return kNoRow;
}

void ApplyFilter(const RowFilter& filter, size_t from, size_t n, CellId* cells) {
  std::visit(
      [&](auto codes) {
        for (size_t i = 0; i < n; ++i) {
          const uint32_t code = codes[from + i];
          if (code >= filter.allowed.size() || !filter.allowed[code]) cells[i] = kNoCell;
        }
      },
      filter.codes);
}

// Calls use(row, cells, n) block by block with the finest cell of each row (kNoCell if filtered).
template <typename Use>
size_t ForBlocks(const Grid& grid, std::span<const CodeSpan> columns,
                 const TabulateOptions& options, size_t begin, size_t end, const Use& use) {
  CellId cells[kBlock];
  for (size_t from = begin; from < end; from += kBlock) {
    const size_t n = std::min(kBlock, end - from);
    std::fill_n(cells, n, 0);
    for (size_t d = 0; d < columns.size(); ++d) {
      const size_t bad = std::visit(
          [&](auto codes) {
            return AddColumn(codes, from, n, grid.dim(d).leaf_count(), grid.stride(d), cells);
          },
          columns[d]);
      if (bad != kNoRow) return bad;
    }
    for (const RowFilter& f : options.filters) ApplyFilter(f, from, n, cells);
    use(from, cells, n);
  }
  return kNoRow;
}

absl::Status BadRow(size_t row) {
  return absl::InvalidArgumentError(
      absl::StrCat("row ", row + 1, " has a code that is no category of its dimension"));
}

template <typename Counter>
size_t CountRange(const Grid& grid, std::span<const CodeSpan> columns,
                  const TabulateOptions& options, size_t begin, size_t end,
                  std::vector<Counter>* counts) {
  const bool filtered = !options.filters.empty();
  return ForBlocks(grid, columns, options, begin, end, [&](size_t, const CellId* cells, size_t n) {
    Counter* c = counts->data();
    if (filtered) {
      for (size_t i = 0; i < n; ++i) {
        if (cells[i] != kNoCell) ++c[cells[i]];
      }
    } else {
      for (size_t i = 0; i < n; ++i) ++c[cells[i]];
    }
  });
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> TabulateCounts(const Grid& grid,
                                                    std::span<const CodeSpan> columns,
                                                    const TabulateOptions& options) {
  size_t rows = 0;
  if (absl::Status s = CheckShape(grid, columns, options, &rows); !s.ok()) return s;
  if (rows >= UINT32_MAX) return absl::OutOfRangeError("a table takes fewer than 2^32 rows");
  // A thread is worth its own counters only if it has clearly more rows than there are cells.
  const size_t useful = std::max<size_t>(1, rows / (grid.cell_count() + (1u << 16)));
  const size_t threads = std::min<size_t>(std::max(1, options.threads), useful);
  std::vector<std::vector<uint32_t>> part(threads);
  std::vector<size_t> bad(threads, kNoRow);
  std::vector<std::thread> pool;
  for (size_t t = 0; t < threads; ++t) {
    auto work = [&, t] {
      part[t].assign(grid.cell_count(), 0);
      bad[t] = CountRange(grid, columns, options, rows * t / threads, rows * (t + 1) / threads,
                          &part[t]);
    };
    if (t + 1 == threads) {
      work();
    } else {
      pool.emplace_back(work);
    }
  }
  for (std::thread& t : pool) t.join();
  for (size_t b : bad) {
    if (b != kNoRow) return BadRow(b);
  }
  std::vector<int64_t> values(grid.cell_count(), 0);
  for (const std::vector<uint32_t>& p : part) {
    for (CellId c = 0; c < grid.cell_count(); ++c) values[c] += p[c];
  }
  grid.FillMargins(values);
  return values;
}

absl::StatusOr<std::vector<int64_t>> TabulateSums(const Grid& grid,
                                                  std::span<const CodeSpan> columns,
                                                  std::span<const int64_t> amounts,
                                                  const TabulateOptions& options) {
  size_t rows = 0;
  if (absl::Status s = CheckShape(grid, columns, options, &rows); !s.ok()) return s;
  if (amounts.size() != rows) {
    return absl::InvalidArgumentError("the amounts have another number of rows than the codes");
  }
  __int128 magnitude = 0;
  for (int64_t a : amounts) magnitude += a < 0 ? -static_cast<__int128>(a) : a;
  if (magnitude > INT64_MAX) {
    return absl::OutOfRangeError("the amounts' total does not fit 64 bits; use a coarser unit");
  }
  std::vector<int64_t> values(grid.cell_count(), 0);
  const size_t bad =
      ForBlocks(grid, columns, options, 0, rows, [&](size_t from, const CellId* cells, size_t n) {
        for (size_t i = 0; i < n; ++i) {
          if (cells[i] != kNoCell) values[cells[i]] += amounts[from + i];
        }
      });
  if (bad != kNoRow) return BadRow(bad);
  grid.FillMargins(values);
  return values;
}

absl::StatusOr<std::vector<int64_t>> TabulateDistinct(const Grid& grid,
                                                      std::span<const CodeSpan> columns,
                                                      std::span<const uint32_t> ids,
                                                      const TabulateOptions& options) {
  size_t rows = 0;
  if (absl::Status s = CheckShape(grid, columns, options, &rows); !s.ok()) return s;
  if (ids.size() != rows) {
    return absl::InvalidArgumentError("the ids have another number of rows than the codes");
  }
  std::vector<std::pair<uint32_t, CellId>> pairs;
  pairs.reserve(rows);
  const size_t bad =
      ForBlocks(grid, columns, options, 0, rows, [&](size_t from, const CellId* cells, size_t n) {
        for (size_t i = 0; i < n; ++i) {
          if (cells[i] != kNoCell) pairs.emplace_back(ids[from + i], cells[i]);
        }
      });
  if (bad != kNoRow) return BadRow(bad);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::vector<int64_t> values(grid.cell_count(), 0);
  std::vector<CellId> over, next;
  for (size_t i = 0; i < pairs.size();) {
    over.clear();
    size_t j = i;
    for (; j < pairs.size() && pairs[j].first == pairs[i].first; ++j) {
      next.assign(1, 0);
      for (size_t d = 0; d < grid.rank(); ++d) {  // every cell over this finest one
        const size_t have = next.size();
        const auto nodes = grid.dim(d).nodes_over(grid.node(pairs[j].second, d));
        for (size_t n = nodes.size(); n-- > 0;) {
          for (size_t k = 0; k < have; ++k) {
            const CellId cell = next[k] + nodes[n] * grid.stride(d);
            if (n == 0) {
              next[k] = cell;
            } else {
              next.push_back(cell);
            }
          }
        }
      }
      over.insert(over.end(), next.begin(), next.end());
    }
    if (j - i > 1) {
      std::sort(over.begin(), over.end());
      over.erase(std::unique(over.begin(), over.end()), over.end());
    }
    for (CellId c : over) ++values[c];
    i = j;
  }
  return values;
}

absl::StatusOr<std::vector<CellId>> FinestCells(const Grid& grid, std::span<const CodeSpan> columns,
                                                const TabulateOptions& options) {
  size_t rows = 0;
  if (absl::Status s = CheckShape(grid, columns, options, &rows); !s.ok()) return s;
  std::vector<CellId> finest(rows);
  const size_t bad =
      ForBlocks(grid, columns, options, 0, rows, [&](size_t from, const CellId* cells, size_t n) {
        std::copy_n(cells, n, finest.begin() + from);
      });
  if (bad != kNoRow) return BadRow(bad);
  return finest;
}

bool IsAdditive(const Grid& grid, std::span<const int64_t> values) {
  std::vector<int64_t> sums(values.begin(), values.end());
  grid.FillMargins(sums);
  return std::equal(sums.begin(), sums.end(), values.begin());
}

}  // namespace oboro::sdc

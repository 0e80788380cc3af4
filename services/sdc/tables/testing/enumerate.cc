#include "services/sdc/tables/testing/enumerate.h"

#include <algorithm>

namespace oboro::sdc::testing {
namespace {

struct Search {
  const Grid& grid;
  std::span<const int64_t> values;
  std::span<const CellStatus> statuses;
  uint64_t steps_left;
  std::vector<CellId> finest;
  std::vector<std::vector<CellId>> over;  // per finest cell: all cells that contain it
  std::vector<int64_t> left;              // published value not yet handed out
  std::vector<int64_t> sum;               // of every cell so far
  std::vector<uint32_t> open;             // finest cells not yet set under a cell
  Enumeration result;
  bool cut = false;

  void Go(size_t i) {
    if (cut || steps_left-- == 0) {
      cut = true;
      return;
    }
    if (i == finest.size()) {
      ++result.tables;
      for (CellId c = 0; c < grid.cell_count(); ++c) {
        result.low[c] = std::min(result.low[c], sum[c]);
        result.high[c] = std::max(result.high[c], sum[c]);
      }
      return;
    }
    int64_t most = INT64_MAX, least = 0;
    for (CellId c : over[i]) {
      if (IsUnknown(statuses[c])) continue;
      most = std::min(most, left[c]);
      if (open[c] == 1) least = std::max(least, left[c]);
    }
    if (most == INT64_MAX) {
      cut = true;  // no bound: endless
      return;
    }
    for (int64_t x = least; x <= most; ++x) {
      for (CellId c : over[i]) left[c] -= x, sum[c] += x, --open[c];
      Go(i + 1);
      for (CellId c : over[i]) left[c] += x, sum[c] -= x, ++open[c];
    }
  }
};

}  // namespace

Enumeration Enumerate(const Grid& grid, std::span<const int64_t> values,
                      std::span<const CellStatus> statuses, uint64_t max_steps) {
  Search s{grid, values, statuses, max_steps, {}, {}, {}, {}, {}, {}, false};
  s.left.assign(values.begin(), values.end());
  s.sum.assign(values.size(), 0);
  s.open.assign(values.size(), 0);
  s.result.low.assign(values.size(), INT64_MAX);
  s.result.high.assign(values.size(), INT64_MIN);
  for (CellId f = 0; f < grid.cell_count(); ++f) {
    if (!grid.is_finest(f)) continue;
    s.finest.push_back(f);
    s.over.emplace_back();
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      bool contains = true;
      for (size_t d = 0; d < grid.rank() && contains; ++d) {
        const auto under = grid.dim(d).leaves_under(grid.node(c, d));
        contains = std::find(under.begin(), under.end(), grid.node(f, d)) != under.end();
      }
      if (contains) s.over.back().push_back(c), ++s.open[c];
    }
  }
  s.Go(0);
  s.result.complete = !s.cut;
  return s.result;
}

}  // namespace oboro::sdc::testing

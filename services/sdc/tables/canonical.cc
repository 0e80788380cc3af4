#include "services/sdc/tables/canonical.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace oboro::sdc {
namespace {

constexpr int kRounds = 3;

uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

using Colours = std::vector<std::vector<uint64_t>>;

// One round: the new colour of a node is a commutative sum over the cells of its slice and over its
// neighbours in the hierarchy.
Colours Refine(const Grid& grid, std::span<const uint64_t> marks, const Colours& colours) {
  const size_t rank = grid.rank();
  Colours next(rank);
  for (size_t d = 0; d < rank; ++d) next[d].assign(grid.dim(d).node_count(), 0);
  std::vector<uint32_t> node(rank, 0);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    uint64_t all = Mix(marks[c]);
    for (size_t d = 0; d < rank; ++d) all += Mix(colours[d][node[d]] + d);
    for (size_t d = 0; d < rank; ++d) next[d][node[d]] += Mix(all);
    for (size_t d = rank; d-- > 0;) {
      if (++node[d] < grid.dim(d).node_count()) break;
      node[d] = 0;
    }
  }
  for (size_t d = 0; d < rank; ++d) {
    for (const Dimension::Group& g : grid.dim(d).groups()) {
      for (uint32_t c : g.children) {
        next[d][c] += Mix(colours[d][g.parent] + 101);
        next[d][g.parent] += Mix(colours[d][c] + 103);
      }
    }
    for (uint64_t& c : next[d]) c = Mix(c);
  }
  return next;
}

}  // namespace

CanonicalTable Canonicalize(const Grid& grid, std::span<const uint64_t> marks,
                            std::span<const int64_t> values) {
  const size_t rank = grid.rank();
  Colours colours(rank);
  for (size_t d = 0; d < rank; ++d) colours[d].assign(grid.dim(d).node_count(), 0);
  for (int round = 0; round < kRounds; ++round) colours = Refine(grid, marks, colours);

  CellId top = 0;
  for (size_t d = 0; d < rank; ++d) top += grid.dim(d).total() * grid.stride(d);
  std::vector<Dimension> dims;
  std::vector<std::vector<uint32_t>> old_node(rank);
  for (size_t d = 0; d < rank; ++d) {
    const Dimension& dim = grid.dim(d);
    const CellId base = top - dim.total() * grid.stride(d);
    std::vector<uint32_t> order(dim.leaf_count());
    std::iota(order.begin(), order.end(), 0);
    auto key = [&](uint32_t leaf) {
      return std::tuple(values[base + leaf * grid.stride(d)], colours[d][leaf]);
    };
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const auto ka = key(a), kb = key(b);
      return ka != kb ? ka < kb : dim.label(a) < dim.label(b);
    });
    dims.push_back(dim.Reordered(order, &old_node[d]));
  }
  CanonicalTable result{*Grid::Make(std::move(dims)), {}};
  result.old_cell.resize(grid.cell_count());
  std::vector<uint32_t> node(rank, 0);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    CellId old = 0;
    for (size_t d = 0; d < rank; ++d) old += old_node[d][node[d]] * grid.stride(d);
    result.old_cell[c] = old;
    for (size_t d = rank; d-- > 0;) {
      if (++node[d] < grid.dim(d).node_count()) break;
      node[d] = 0;
    }
  }
  return result;
}

}  // namespace oboro::sdc

#include "services/sdc/tables/grid.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace oboro::sdc {

absl::StatusOr<Grid> Grid::Make(std::vector<Dimension> dims) {
  if (dims.empty() || dims.size() > kMaxDimensions) {
    return absl::InvalidArgumentError(
        absl::StrCat("a table has 1 to ", kMaxDimensions, " dimensions, not ", dims.size()));
  }
  Grid g;
  g.dims_ = std::move(dims);
  g.strides_.assign(g.dims_.size(), 1);
  uint64_t cells = 1;
  for (size_t d = g.dims_.size(); d-- > 0;) {
    g.strides_[d] = static_cast<CellId>(cells);
    cells *= g.dims_[d].node_count();
    if (cells > kMaxCells) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the table would have more than ", kMaxCells,
                       " cells with its margins; use fewer or coarser dimensions"));
    }
  }
  g.cell_count_ = static_cast<CellId>(cells);
  return g;
}

void Grid::FillMargins(std::span<int64_t> values) const {
  for (size_t d = 0; d < rank(); ++d) {
    const CellId inner = strides_[d];
    const CellId nodes = dims_[d].node_count();
    const CellId outer = cell_count_ / (inner * nodes);
    std::vector<uint8_t> filled(nodes, 0);
    for (const Dimension::Group& g : dims_[d].groups()) {
      if (filled[g.parent]) continue;
      filled[g.parent] = 1;
      for (CellId o = 0; o < outer; ++o) {
        int64_t* base = values.data() + static_cast<size_t>(o) * inner * nodes;
        int64_t* to = base + static_cast<size_t>(g.parent) * inner;
        for (CellId i = 0; i < inner; ++i) to[i] = 0;
        for (uint32_t c : g.children) {
          const int64_t* from = base + static_cast<size_t>(c) * inner;
          for (CellId i = 0; i < inner; ++i) to[i] += from[i];
        }
      }
    }
  }
}

}  // namespace oboro::sdc

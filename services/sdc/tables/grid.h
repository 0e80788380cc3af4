// The cells of a table: every combination of nodes of its dimensions, numbered densely.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/dimension.h"

namespace oboro::sdc {

using CellId = uint32_t;

// Row-major: the last dimension runs fastest. All margins are cells like any other.
class Grid {
 public:
  static constexpr uint64_t kMaxCells = 1u << 27;
  static constexpr size_t kMaxDimensions = 8;

  // Errors: InvalidArgument for no dimension or more than eight; ResourceExhausted if the table
  // with all margins has more than kMaxCells cells.
  static absl::StatusOr<Grid> Make(std::vector<Dimension> dims);

  size_t rank() const { return dims_.size(); }
  std::span<const Dimension> dims() const { return dims_; }
  const Dimension& dim(size_t d) const { return dims_[d]; }
  CellId cell_count() const { return cell_count_; }
  CellId stride(size_t d) const { return strides_[d]; }
  uint32_t node(CellId cell, size_t d) const { return cell / strides_[d] % dims_[d].node_count(); }
  CellId cell(std::span<const uint32_t> nodes) const {
    CellId id = 0;
    for (size_t d = 0; d < nodes.size(); ++d) id += nodes[d] * strides_[d];
    return id;
  }
  // True if every node of the cell is a leaf.
  bool is_finest(CellId cell) const {
    for (size_t d = 0; d < rank(); ++d) {
      if (!dims_[d].is_leaf(node(cell, d))) return false;
    }
    return true;
  }
  // Fills every margin from the finest cells; O(cells x dimensions). The finest cells must be set,
  // margins are overwritten. Sums are those of int64 (the caller bounds the input).
  void FillMargins(std::span<int64_t> values) const;

 private:
  std::vector<Dimension> dims_;
  std::vector<CellId> strides_;
  CellId cell_count_ = 0;
};

}  // namespace oboro::sdc

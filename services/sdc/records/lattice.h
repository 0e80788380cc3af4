// The generalisation lattice of a table: attributes with levels, nodes as level vectors, and the
// packed keys that stand for tuples of generalised values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/hierarchy.h"

namespace oboro::sdc {

using LevelVector = std::vector<int>;

// One quasi-identifier, seen through its hierarchy. "Nodes" of a level here are the groups of that
// level that occur in the data, numbered densely; on level 0 they are the column's codes.
struct LatticeAttribute {
  std::string name;
  size_t column = 0;
  const Hierarchy* hierarchy = nullptr;
  int levels = 0;
  int low = 0, high = 0;  // levels that the search may use
  int shift = 0;          // of the attribute's digit in a key
  uint64_t digit_mask = 0;
  uint64_t size = 0;  // leaves in the hierarchy
  // node_of_code[l][code], leaves[l][node], label[l][node] (a node number of the hierarchy's
  // level).
  std::vector<std::vector<uint32_t>> node_of_code;
  std::vector<std::vector<uint64_t>> leaves;
  std::vector<std::vector<uint32_t>> label;
  // up[l][m][node of level l] = node of level m >= l.
  std::vector<std::vector<std::vector<uint32_t>>> up;
  // marginal[l] = sum over the records of leaves under their value on level l.
  std::vector<uint64_t> marginal;
};

class Lattice {
 public:
  // Lattices up to this many nodes are searched; beyond, levels have to be pinned or bounded.
  static constexpr uint64_t kMaxNodes = uint64_t{1} << 26;

  // `bounds` gives (lowest, highest) level per attribute, empty for all levels. Errors:
  // INVALID_ARGUMENT for no records, a value that a hierarchy lacks or levels out of range;
  // RESOURCE_EXHAUSTED for too many nodes, keys beyond 128 bits or beyond 2^32 - 2 records.
  static absl::StatusOr<Lattice> Make(const CodedTable& table, std::span<const size_t> columns,
                                      std::span<const Hierarchy* const> hierarchies,
                                      std::span<const std::pair<int, int>> bounds);

  const CodedTable& table() const { return *table_; }
  uint64_t records() const { return table_->rows(); }
  size_t dimensions() const { return attributes_.size(); }
  const LatticeAttribute& attribute(size_t d) const { return attributes_[d]; }
  const std::vector<LatticeAttribute>& attributes() const { return attributes_; }
  // Bits of a key below which the sensitive code goes, and bits of the whole key.
  int key_bits() const { return key_bits_; }

  uint64_t nodes() const { return nodes_; }
  // Nodes are numbered so that numeric order is the lexicographic order of level vectors.
  uint64_t IndexOf(const LevelVector& levels) const;
  LevelVector LevelsOf(uint64_t node) const;
  int LevelOf(uint64_t node, size_t d) const {
    return attributes_[d].low + static_cast<int>(node / stride_[d] % extent_[d]);
  }
  uint64_t stride(size_t d) const { return stride_[d]; }
  bool CanRise(uint64_t node, size_t d) const { return LevelOf(node, d) < attributes_[d].high; }
  bool CanFall(uint64_t node, size_t d) const { return LevelOf(node, d) > attributes_[d].low; }
  // Upper bound of the classes of a node: the product of its levels' groups, saturating.
  uint64_t Domain(uint64_t node) const;

 private:
  const CodedTable* table_ = nullptr;
  std::vector<LatticeAttribute> attributes_;
  std::vector<uint64_t> stride_, extent_;
  uint64_t nodes_ = 1;
  int key_bits_ = 0;
};

}  // namespace oboro::sdc

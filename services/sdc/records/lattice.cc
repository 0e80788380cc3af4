#include "services/sdc/records/lattice.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

std::vector<uint64_t> CodeCounts(const CodedColumn& column) {
  std::vector<uint64_t> counts(column.distinct(), 0);
  column.codes().Visit([&](const auto* codes) {
    for (uint64_t i = 0; i < column.size(); ++i) ++counts[codes[i]];
  });
  return counts;
}

absl::StatusOr<LatticeAttribute> MakeAttribute(const CodedTable& table, size_t column,
                                               const Hierarchy& hierarchy) {
  LatticeAttribute a;
  const CodedColumn& data = table.column(column);
  a.name = data.name();
  a.column = column;
  a.hierarchy = &hierarchy;
  a.levels = static_cast<int>(hierarchy.level_count());
  a.high = a.levels - 1;
  a.size = hierarchy.leaf_count();
  auto leaf = hierarchy.Bind(data.dictionary());
  if (!leaf.ok()) return leaf.status();
  const std::vector<uint64_t> counts = CodeCounts(data);
  for (int l = 0; l < a.levels; ++l) {
    const Hierarchy::Level& level = hierarchy.level(l);
    std::vector<uint32_t> dense(level.labels.size(), UINT32_MAX);
    std::vector<uint32_t> of_code, labels;
    std::vector<uint64_t> leaves;
    uint64_t marginal = 0;
    for (uint32_t code = 0; code < leaf->size(); ++code) {
      const uint32_t node = level.node_of_leaf[(*leaf)[code]];
      if (dense[node] == UINT32_MAX) {
        dense[node] = static_cast<uint32_t>(labels.size());
        labels.push_back(node);
        leaves.push_back(level.leaves[node]);
      }
      of_code.push_back(dense[node]);
      marginal += counts[code] * level.leaves[node];
    }
    a.node_of_code.push_back(std::move(of_code));
    a.label.push_back(std::move(labels));
    a.leaves.push_back(std::move(leaves));
    a.marginal.push_back(marginal);
  }
  a.up.resize(a.levels);
  for (int l = 0; l < a.levels; ++l) {
    a.up[l].resize(a.levels);
    for (int m = l; m < a.levels; ++m) {
      a.up[l][m].assign(a.label[l].size(), 0);
      for (size_t code = 0; code < a.node_of_code[l].size(); ++code) {
        a.up[l][m][a.node_of_code[l][code]] = a.node_of_code[m][code];
      }
    }
  }
  return a;
}

absl::Status CheckBounds(const LatticeAttribute& a) {
  if (a.low >= 0 && a.low <= a.high && a.high < a.levels) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("levels ", a.low, " to ", a.high, " of \"", a.name,
                                                 "\": its hierarchy has levels 0 to ",
                                                 a.levels - 1));
}

}  // namespace

absl::StatusOr<Lattice> Lattice::Make(const CodedTable& table, std::span<const size_t> columns,
                                      std::span<const Hierarchy* const> hierarchies,
                                      std::span<const std::pair<int, int>> bounds) {
  Lattice lattice;
  lattice.table_ = &table;
  if (columns.empty()) return absl::InvalidArgumentError("name at least one quasi-identifier");
  if (hierarchies.size() != columns.size() ||
      (!bounds.empty() && bounds.size() != columns.size())) {
    return absl::InvalidArgumentError("give one hierarchy for each quasi-identifier");
  }
  if (table.rows() == 0) return absl::InvalidArgumentError("the table has no records");
  if (table.rows() >= UINT32_MAX) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the search takes up to 2^32 - 2 records, the table has ", table.rows()));
  }
  for (size_t d = 0; d < columns.size(); ++d) {
    auto attribute = MakeAttribute(table, columns[d], *hierarchies[d]);
    if (!attribute.ok()) return attribute.status();
    if (!bounds.empty()) {
      attribute->low = bounds[d].first;
      attribute->high = bounds[d].second;
      if (absl::Status ok = CheckBounds(*attribute); !ok.ok()) return ok;
    }
    if (std::bit_width(attribute->size) + std::bit_width(table.rows()) > 61) {
      return absl::ResourceExhaustedError(
          absl::StrCat("hierarchy of \"", attribute->name, "\": it has too many values"));
    }
    const int bits = std::bit_width(static_cast<uint64_t>(attribute->label[0].size() - 1));
    // One value takes no bits; its place must still be inside the key.
    attribute->shift = bits == 0 ? 0 : lattice.key_bits_;
    attribute->digit_mask = (uint64_t{1} << bits) - 1;
    lattice.key_bits_ += bits;
    lattice.attributes_.push_back(*std::move(attribute));
  }
  const size_t n = columns.size();
  lattice.stride_.assign(n, 1);
  lattice.extent_.assign(n, 1);
  for (size_t d = n; d-- > 0;) {
    const LatticeAttribute& a = lattice.attributes_[d];
    lattice.extent_[d] = static_cast<uint64_t>(a.high - a.low) + 1;
    lattice.stride_[d] = lattice.nodes_;
    lattice.nodes_ *= lattice.extent_[d];
    if (lattice.nodes_ > kMaxNodes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the lattice has more than ", kMaxNodes,
                       " nodes; pin or bound levels, or name fewer quasi-identifiers"));
    }
  }
  return lattice;
}

uint64_t Lattice::IndexOf(const LevelVector& levels) const {
  uint64_t index = 0;
  for (size_t d = 0; d < levels.size(); ++d) {
    index += stride_[d] * static_cast<uint64_t>(levels[d] - attributes_[d].low);
  }
  return index;
}

LevelVector Lattice::LevelsOf(uint64_t node) const {
  LevelVector levels(dimensions());
  for (size_t d = 0; d < levels.size(); ++d) levels[d] = LevelOf(node, d);
  return levels;
}

uint64_t Lattice::Domain(uint64_t node) const {
  unsigned __int128 product = 1;
  for (size_t d = 0; d < dimensions(); ++d) {
    product *= attributes_[d].label[LevelOf(node, d)].size();
    if (product >> 64) return UINT64_MAX;
  }
  return static_cast<uint64_t>(product);
}

}  // namespace oboro::sdc

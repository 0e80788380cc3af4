// Generalisation hierarchies: for each value of an attribute, what stands for it at each level.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/text_encoding.h"

namespace oboro::sdc {

// A validated hierarchy. Level 0 holds the values themselves; every level above is a partition of
// the level below it (nested), and every value has a label on every level (complete).
class Hierarchy {
 public:
  struct Level {
    std::string name;
    std::vector<std::string> labels;     // of the level's nodes, in the order of first appearance
    std::vector<uint32_t> node_of_leaf;  // leaf -> node of this level
    std::vector<uint32_t> parent;        // node -> node of the next level; empty on the top level
    std::vector<uint64_t> leaves;        // number of leaves under each node
  };

  // rows[i][l] is the label of value i on level l. `lines` are the rows' places in the file, for
  // messages (1, 2, ... if empty). INVALID_ARGUMENT names value and line of: no rows, rows of
  // unequal length, an upper level left blank, a value that occurs twice, and a label with two
  // parents.
  static absl::StatusOr<Hierarchy> Make(std::string attribute,
                                        const std::vector<std::vector<std::string>>& rows,
                                        std::vector<std::string> level_names = {},
                                        const std::vector<uint64_t>& lines = {});

  const std::string& attribute() const { return attribute_; }
  size_t level_count() const { return levels_.size(); }
  const Level& level(size_t l) const { return levels_[l]; }
  const std::vector<Level>& levels() const { return levels_; }
  uint64_t leaf_count() const { return levels_[0].labels.size(); }
  std::optional<uint32_t> FindLeaf(std::string_view value) const;
  // Leaf of each value. INVALID_ARGUMENT lists the values that the hierarchy lacks (20 of them).
  absl::StatusOr<std::vector<uint32_t>> Bind(const std::vector<std::string>& values) const;
  // SHA-256 (hex) of the canonical form: rows sorted by value, length-prefixed labels, level names.
  // The same hierarchy has the same digest in whatever order its rows came.
  std::string Digest() const;

 private:
  std::string attribute_;
  std::vector<Level> levels_;
  std::unordered_map<std::string, uint32_t> leaf_index_;
};

// From the text of a CSV file without a header, level 0 first, one line a value. LF or CRLF; empty
// lines are skipped. INVALID_ARGUMENT names the line of a wrong encoding or quotation, and else is
// as of Hierarchy::Make.
absl::StatusOr<Hierarchy> HierarchyFromCsv(std::string attribute, const std::string& text,
                                           char delimiter = ';',
                                           TextEncoding encoding = TextEncoding::kUtf8);

// The builders below make a hierarchy out of the values that a column holds, each O(values x
// levels). A missing value (the empty string) is "missing" on every level between 0 and "*". Since
// the leaves are the data's own values, so is what a loss is measured by.
//
// Numbers (ages, amounts) into intervals of the given widths, each a multiple of the one before;
// level l + 1 holds "lo-hi" with lo = origin + j * widths[l] and hi = lo + widths[l] - 1, or, if
// any value has a decimal point, "[lo, lo + width)". Values below `bottom` or from `top` on become
// "<bottom" and ">=top" on every level but 0 (each must be an interval's bound on every level). A
// last level "*" is added. INVALID_ARGUMENT names the width, limit or value that does not fit.
struct IntervalSpec {
  int64_t origin = 0;
  std::vector<int64_t> widths;
  std::optional<int64_t> bottom, top;
  // Years of age: 5, 10 and 20 years, 100 and above together.
  static IntervalSpec Ages() { return {0, {5, 10, 20}, std::nullopt, 100}; }
};
absl::StatusOr<Hierarchy> IntervalHierarchy(std::string attribute,
                                            const std::vector<std::string>& values,
                                            const IntervalSpec& spec);

// Dates YYYY-MM-DD (also YYYY/MM/DD and YYYYMMDD) into month, quarter, year, decade, "*".
// INVALID_ARGUMENT names the first value that is no date.
absl::StatusOr<Hierarchy> DateHierarchy(std::string attribute,
                                        const std::vector<std::string>& values);

// Codes into their first lengths[l] characters (of UTF-8, not bytes), the rest written as '*';
// lengths fall strictly, or INVALID_ARGUMENT.
absl::StatusOr<Hierarchy> PrefixHierarchy(std::string attribute,
                                          const std::vector<std::string>& values,
                                          const std::vector<size_t>& lengths);

// Level 1 by a mapping (value, group) of every value, level 2 "*". INVALID_ARGUMENT as
// Hierarchy::Make.
absl::StatusOr<Hierarchy> MappingHierarchy(
    std::string attribute, const std::vector<std::pair<std::string, std::string>>& mapping);

// Only level 0 and "*".
absl::StatusOr<Hierarchy> SuppressionHierarchy(std::string attribute,
                                               const std::vector<std::string>& values);

}  // namespace oboro::sdc

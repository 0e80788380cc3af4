// A dimension of a table: its categories (leaves), the groups above them, and its total.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace oboro::sdc {

// Nodes are numbered 0..nodes-1: first the leaves (node id = dictionary code of the category), then
// the groups level by level upwards, last the total. A dimension may carry several hierarchies over
// the same leaves (町字 ⊂ 小学校区 and 町字 ⊂ 1 km mesh): each adds its groups and its equations.
class Dimension {
 public:
  // "value(parent) = sum of value(children)", at any fixed choice in the other dimensions.
  struct Group {
    uint32_t parent;
    std::vector<uint32_t> children;
  };

  // A dimension of categories without levels between them and the total.
  // Errors: InvalidArgument for no leaves or for a label given twice.
  static absl::StatusOr<Dimension> Flat(std::string name, std::vector<std::string> leaves,
                                        std::string total = "*");

  // levels[l][leaf] is the label of the group that holds the leaf at level l, from the finest up.
  // A top level with one label only names the total; a group that has a single child of the same
  // label is that child. Errors: InvalidArgument if a level has another length than `leaves`, or if
  // a group of one level is split between two groups of the next.
  static absl::StatusOr<Dimension> Hierarchical(std::string name, std::vector<std::string> leaves,
                                                const std::vector<std::vector<std::string>>& levels,
                                                std::string total = "*");

  // Adds a second hierarchy over the same leaves. Labels may repeat between hierarchies.
  absl::Status AddHierarchy(const std::vector<std::vector<std::string>>& levels);

  // Adds one group, as a filter or an odd cut of the categories makes it (ages 0-64 beside 0-65).
  // A group of the same leaves is not added again. Returns its node.
  // Error: InvalidArgument for no leaves or one that does not exist.
  absl::StatusOr<uint32_t> AddGroup(std::string label, std::vector<uint32_t> leaves);

  const std::string& name() const { return name_; }
  uint32_t leaf_count() const { return leaf_count_; }
  uint32_t node_count() const { return static_cast<uint32_t>(labels_.size()); }
  uint32_t total() const { return total_; }
  bool is_leaf(uint32_t node) const { return node < leaf_count_; }
  const std::string& label(uint32_t node) const { return labels_[node]; }
  std::span<const Group> groups() const { return groups_; }
  // Leaves under a node (the leaf itself for a leaf), ascending.
  std::span<const uint32_t> leaves_under(uint32_t node) const { return leaves_under_[node]; }
  // Nodes that contain a leaf, ascending; the first is the leaf itself.
  std::span<const uint32_t> nodes_over(uint32_t leaf) const { return nodes_over_[leaf]; }
  // Indices into groups() in which a node is the parent or a child.
  std::span<const uint32_t> groups_of(uint32_t node) const { return groups_of_[node]; }
  // The node of a label, or -1. Leaves are found before groups, finer groups before coarser.
  int64_t Find(std::string_view label) const;

  // The same dimension with the leaves in another order: new leaf i is old leaf order[i]. Nodes
  // above are numbered anew; old_node[new node] tells where each came from.
  Dimension Reordered(std::span<const uint32_t> order, std::vector<uint32_t>* old_node) const;

 private:
  absl::Status AddLevels(const std::vector<std::vector<std::string>>& levels);
  void Index();

  std::string name_;
  uint32_t leaf_count_ = 0;
  uint32_t total_ = 0;
  std::vector<std::string> labels_;
  std::vector<Group> groups_;
  std::vector<std::vector<uint32_t>> leaves_under_;
  std::vector<std::vector<uint32_t>> nodes_over_;
  std::vector<std::vector<uint32_t>> groups_of_;
};

}  // namespace oboro::sdc

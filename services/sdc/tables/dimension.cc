#include "services/sdc/tables/dimension.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {

absl::StatusOr<Dimension> Dimension::Flat(std::string name, std::vector<std::string> leaves,
                                          std::string total) {
  return Hierarchical(std::move(name), std::move(leaves), {}, std::move(total));
}

absl::StatusOr<Dimension> Dimension::Hierarchical(
    std::string name, std::vector<std::string> leaves,
    const std::vector<std::vector<std::string>>& levels, std::string total) {
  if (leaves.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("dimension ", name, " has no categories"));
  }
  std::unordered_set<std::string> seen;
  for (const std::string& leaf : leaves) {
    if (!seen.insert(leaf).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("dimension ", name, ": category \"", leaf, "\" is given twice"));
    }
  }
  Dimension d;
  d.name_ = std::move(name);
  d.leaf_count_ = static_cast<uint32_t>(leaves.size());
  d.labels_ = std::move(leaves);
  d.labels_.push_back(std::move(total));
  d.total_ = d.leaf_count_;
  if (absl::Status s = d.AddLevels(levels); !s.ok()) return s;
  d.Index();
  return d;
}

absl::Status Dimension::AddHierarchy(const std::vector<std::vector<std::string>>& levels) {
  if (absl::Status s = AddLevels(levels); !s.ok()) return s;
  Index();
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> Dimension::AddGroup(std::string label, std::vector<uint32_t> leaves) {
  std::sort(leaves.begin(), leaves.end());
  leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
  if (leaves.empty() || leaves.back() >= leaf_count_) {
    return absl::InvalidArgumentError(
        absl::StrCat("dimension ", name_, ": the group \"", label, "\" has no category"));
  }
  for (uint32_t node = 0; node < node_count(); ++node) {
    if (leaves_under_[node] == leaves) return node;
  }
  const uint32_t node = total_;
  labels_.insert(labels_.begin() + node, std::move(label));
  for (Group& g : groups_) {
    if (g.parent == total_) g.parent = total_ + 1;
  }
  total_ = node + 1;
  groups_.push_back({node, std::move(leaves)});
  Index();
  return node;
}

absl::Status Dimension::AddLevels(const std::vector<std::vector<std::string>>& levels) {
  std::vector<uint32_t> at(leaf_count_);  // the node over each leaf at the level below
  for (uint32_t i = 0; i < leaf_count_; ++i) at[i] = i;
  for (size_t l = 0; l < levels.size(); ++l) {
    const std::vector<std::string>& level = levels[l];
    if (level.size() != leaf_count_) {
      return absl::InvalidArgumentError(absl::StrCat("dimension ", name_, ": level ", l + 1,
                                                     " of its hierarchy has ", level.size(),
                                                     " entries for ", leaf_count_, " categories"));
    }
    std::map<std::string, std::vector<uint32_t>> children;
    std::map<uint32_t, std::string> parent;
    for (uint32_t i = 0; i < leaf_count_; ++i) {
      auto [it, fresh] = parent.emplace(at[i], level[i]);
      if (!fresh && it->second != level[i]) {
        return absl::InvalidArgumentError(absl::StrCat(
            "dimension ", name_, ": the group \"", labels_[at[i]], "\" lies in both \"", it->second,
            "\" and \"", level[i], "\" of level ", l + 1, "; a hierarchy must be nested"));
      }
      if (fresh) children[level[i]].push_back(at[i]);
    }
    if (children.size() == 1 && l + 1 == levels.size()) {
      labels_[total_] = children.begin()->first;  // the top level only names the total
      break;
    }
    std::map<std::string, uint32_t> node_of;
    for (auto& [label, kids] : children) {
      if (kids.size() == 1 && labels_[kids[0]] == label) {
        node_of[label] = kids[0];
        continue;
      }
      // The total stays the last node: it moves up by one.
      const uint32_t node = total_;
      labels_.insert(labels_.begin() + node, label);
      for (Group& g : groups_) {
        if (g.parent == total_) g.parent = total_ + 1;
      }
      total_ = node + 1;
      node_of[label] = node;
      groups_.push_back({node, std::move(kids)});
    }
    for (uint32_t i = 0; i < leaf_count_; ++i) at[i] = node_of[level[i]];
  }
  std::vector<uint32_t> top = at;
  std::sort(top.begin(), top.end());
  top.erase(std::unique(top.begin(), top.end()), top.end());
  groups_.push_back({total_, std::move(top)});
  return absl::OkStatus();
}

void Dimension::Index() {
  const uint32_t n = node_count();
  leaves_under_.assign(n, {});
  for (uint32_t i = 0; i < leaf_count_; ++i) leaves_under_[i] = {i};
  std::vector<uint8_t> done(n, 0);
  for (const Group& g : groups_) {  // groups are listed from the finest up
    if (done[g.parent]) continue;
    done[g.parent] = 1;
    std::vector<uint32_t>& under = leaves_under_[g.parent];
    for (uint32_t c : g.children) {
      under.insert(under.end(), leaves_under_[c].begin(), leaves_under_[c].end());
    }
    std::sort(under.begin(), under.end());
  }
  nodes_over_.assign(leaf_count_, {});
  for (uint32_t node = 0; node < n; ++node) {
    for (uint32_t leaf : leaves_under_[node]) nodes_over_[leaf].push_back(node);
  }
  groups_of_.assign(n, {});
  for (uint32_t g = 0; g < groups_.size(); ++g) {
    groups_of_[groups_[g].parent].push_back(g);
    for (uint32_t c : groups_[g].children) groups_of_[c].push_back(g);
  }
}

int64_t Dimension::Find(std::string_view label) const {
  for (uint32_t i = 0; i < node_count(); ++i) {
    if (labels_[i] == label) return i;
  }
  return -1;
}

Dimension Dimension::Reordered(std::span<const uint32_t> order,
                               std::vector<uint32_t>* old_node) const {
  // New node ids: leaves in the given order; groups by their smallest new leaf within each size, so
  // that the numbering depends on `order` alone and not on labels.
  std::vector<uint32_t> new_leaf(leaf_count_);
  for (uint32_t i = 0; i < leaf_count_; ++i) new_leaf[order[i]] = i;
  std::vector<uint32_t> inner;
  for (uint32_t node = leaf_count_; node < node_count(); ++node) {
    if (node != total_) inner.push_back(node);
  }
  auto first = [&](uint32_t node) {
    uint32_t m = UINT32_MAX;
    for (uint32_t leaf : leaves_under_[node]) m = std::min(m, new_leaf[leaf]);
    return m;
  };
  std::stable_sort(inner.begin(), inner.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(leaves_under_[a].size(), first(a)) <
           std::pair(leaves_under_[b].size(), first(b));
  });
  old_node->assign(order.begin(), order.end());
  old_node->insert(old_node->end(), inner.begin(), inner.end());
  old_node->push_back(total_);
  std::vector<uint32_t> new_node(node_count());
  for (uint32_t i = 0; i < node_count(); ++i) new_node[(*old_node)[i]] = i;

  Dimension d;
  d.name_ = name_;
  d.leaf_count_ = leaf_count_;
  d.total_ = new_node[total_];
  for (uint32_t node : *old_node) d.labels_.push_back(labels_[node]);
  for (const Group& g : groups_) {
    Group h{new_node[g.parent], {}};
    for (uint32_t c : g.children) h.children.push_back(new_node[c]);
    std::sort(h.children.begin(), h.children.end());
    d.groups_.push_back(std::move(h));
  }
  // Finest parents first, as Index() needs.
  std::stable_sort(d.groups_.begin(), d.groups_.end(),
                   [](const Group& a, const Group& b) { return a.parent < b.parent; });
  d.Index();
  return d;
}

}  // namespace oboro::sdc

#include "services/aggregation/table_shape.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/natural_order.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

// The group of every leaf at one level, by the code of the coarser column.
struct Level {
  std::string column;
  std::vector<uint32_t> group_of_leaf;
};

absl::StatusOr<Level> NestInto(const std::string& name, const CodedColumn& leaves,
                               const std::string& coarser, const CodedColumn& groups) {
  Level level{coarser, std::vector<uint32_t>(leaves.values.size(), kNone)};
  for (size_t row = 0; row < leaves.codes.size(); ++row) {
    uint32_t& group = level.group_of_leaf[leaves.codes[row]];
    if (group == kNone) group = groups.codes[row];
    if (group == groups.codes[row]) continue;
    return NotNested(name, leaves.values[leaves.codes[row]], coarser, groups.values[group],
                     groups.values[groups.codes[row]]);
  }
  return level;
}

// Every group of the finer level must lie in one group of the coarser.
absl::Status CheckNested(const Level& fine, const CodedColumn& fine_values, const Level& coarse,
                         const CodedColumn& coarse_values) {
  std::map<uint32_t, uint32_t> over;
  for (size_t leaf = 0; leaf < fine.group_of_leaf.size(); ++leaf) {
    const uint32_t group = coarse.group_of_leaf[leaf];
    const auto [at, fresh] = over.try_emplace(fine.group_of_leaf[leaf], group);
    if (fresh || at->second == group) continue;
    return NotNested(fine.column, fine_values.values[at->first], coarse.column,
                     coarse_values.values[at->second], coarse_values.values[group]);
  }
  return absl::OkStatus();
}

bool IsOneGroup(const Level& level) {
  return std::all_of(level.group_of_leaf.begin(), level.group_of_leaf.end(),
                     [&](uint32_t group) { return group == level.group_of_leaf.front(); });
}

// The labels of a dimension. A label names one set of leaves: another set of the same label is
// told apart by its column.
class Labels {
 public:
  std::string Take(const std::string& label, const std::string& column,
                   const std::vector<uint32_t>& leaves) {
    std::string text = label == kMarginLabel ? Qualified(label, column) : label;
    while (true) {
      const auto [at, fresh] = taken_.try_emplace(text, leaves);
      if (fresh || at->second == leaves) return text;
      text = Qualified(text, column);
    }
  }

 private:
  static std::string Qualified(const std::string& label, const std::string& column) {
    return absl::StrCat(label, "（", column, "）");
  }
  std::map<std::string, std::vector<uint32_t>> taken_;
};

struct Axis {
  sdc::Dimension dimension;
  std::vector<std::string> within;
};

absl::StatusOr<Axis> MakeAxis(const Records& records, const AxisSpec& spec) {
  ASSIGN_OR_RETURN(const CodedColumn* leaves, records.Coded(spec.column));
  std::vector<Level> levels;
  std::vector<const CodedColumn*> columns;
  for (const std::string& coarser : spec.within) {
    ASSIGN_OR_RETURN(const CodedColumn* groups, records.Coded(coarser));
    ASSIGN_OR_RETURN(Level level, NestInto(spec.column, *leaves, coarser, *groups));
    if (!levels.empty()) {
      RETURN_IF_ERROR(CheckNested(levels.back(), *columns.back(), level, *groups));
    }
    if (leaves->values.empty() || IsOneGroup(level)) continue;
    levels.push_back(std::move(level));
    columns.push_back(groups);
  }
  Labels labels;
  std::vector<std::string> names;
  for (uint32_t leaf = 0; leaf < leaves->values.size(); ++leaf) {
    names.push_back(labels.Take(leaves->values[leaf], spec.column, {leaf}));
  }
  std::vector<std::vector<std::string>> texts;
  std::vector<std::string> within;
  for (size_t l = 0; l < levels.size(); ++l) {
    std::map<uint32_t, std::vector<uint32_t>> members;
    for (uint32_t leaf = 0; leaf < names.size(); ++leaf) {
      members[levels[l].group_of_leaf[leaf]].push_back(leaf);
    }
    std::map<uint32_t, std::string> label;
    for (const auto& [group, under] : members) {
      label[group] = labels.Take(columns[l]->values[group], levels[l].column, under);
    }
    texts.emplace_back();
    for (const uint32_t group : levels[l].group_of_leaf) texts.back().push_back(label[group]);
    within.push_back(levels[l].column);
  }
  ASSIGN_OR_RETURN(
      sdc::Dimension dimension,
      sdc::Dimension::Hierarchical(spec.column, std::move(names), texts, kMarginLabel));
  return Axis{std::move(dimension), std::move(within)};
}

// Members in natural order, a group behind its own members.
void Walk(const sdc::Dimension& dim, const std::vector<std::vector<uint32_t>>& children,
          uint32_t node, ShownDimension* out) {
  std::vector<uint32_t> under = children[node];
  if (!std::all_of(under.begin(), under.end(), [&](uint32_t n) { return dim.is_leaf(n); })) {
    std::sort(under.begin(), under.end(),
              [&](uint32_t a, uint32_t b) { return NaturalLess(dim.label(a), dim.label(b)); });
  }
  std::vector<int32_t> own;
  for (const uint32_t child : under) {
    Walk(dim, children, child, out);
    own.push_back(static_cast<int32_t>(out->members.size()) - 1);
  }
  const auto index = static_cast<int32_t>(out->members.size());
  for (const int32_t child : own) out->parents[static_cast<size_t>(child)] = index;
  out->members.push_back(dim.label(node));
  out->nodes.push_back(node);
  out->parents.push_back(-1);
}

ShownDimension Show(const sdc::Dimension& dim, std::vector<std::string> within) {
  ShownDimension out{dim.name(), std::move(within), {}, {}, {}};
  std::vector<std::vector<uint32_t>> children(dim.node_count());
  for (const auto& group : dim.groups()) children[group.parent] = group.children;
  Walk(dim, children, dim.total(), &out);
  return out;
}

}  // namespace

std::vector<sdc::CellId> TableShape::ShownOrder() const {
  std::vector<sdc::CellId> order = {0};
  for (size_t d = 0; d < shown.size(); ++d) {
    std::vector<sdc::CellId> next;
    next.reserve(order.size() * shown[d].nodes.size());
    for (const sdc::CellId cell : order) {
      for (const uint32_t node : shown[d].nodes) next.push_back(cell + node * grid.stride(d));
    }
    order = std::move(next);
  }
  return order;
}

absl::StatusOr<TableShape> ShapeOf(const Records& records, const TableSpec& spec) {
  if (records.rows() == 0) return NoRecords();
  std::vector<sdc::Dimension> dims;
  std::vector<ShownDimension> shown;
  int64_t cells = 1;
  for (const AxisSpec& axis_spec : spec.axes) {
    ASSIGN_OR_RETURN(Axis axis, MakeAxis(records, axis_spec));
    cells *= axis.dimension.node_count();
    if (cells > kMaxCells) return TableTooLarge(cells, kMaxCells);
    shown.push_back(Show(axis.dimension, std::move(axis.within)));
    dims.push_back(std::move(axis.dimension));
  }
  ASSIGN_OR_RETURN(sdc::Grid grid, sdc::Grid::Make(std::move(dims)));
  return TableShape{std::move(grid), std::move(shown)};
}

}  // namespace oboro::aggregation

#include "services/aggregation/ledger_grid.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

using sdc::CellId;

// The total's node is known when all groups are.
constexpr uint32_t kTotal = UINT32_MAX;

// Every column that places a record in a cell of the table.
std::vector<std::string> PlacingColumns(const TableSpec& spec) {
  std::vector<std::string> columns;
  for (const AxisSpec& axis : spec.axes) columns.push_back(axis.column);
  for (const FilterSpec& filter : spec.filters) columns.push_back(filter.column);
  return columns;
}

// How many pairs of values of two columns occur.
size_t CountPairs(const CodedColumn& a, const CodedColumn& b) {
  constexpr size_t kMostBits = size_t{1} << 28;
  const size_t width = b.values.size();
  const size_t possible = a.values.size() * width;
  size_t pairs = 0;
  if (possible <= kMostBits) {
    std::vector<bool> seen(possible, false);
    for (size_t row = 0; row < a.codes.size(); ++row) {
      const size_t at = a.codes[row] * width + b.codes[row];
      if (seen[at]) continue;
      seen[at] = true;
      if (++pairs == possible) break;
    }
    return pairs;
  }
  std::unordered_set<uint64_t> seen;
  for (size_t row = 0; row < a.codes.size(); ++row) {
    seen.insert(uint64_t{a.codes[row]} * width + b.codes[row]);
  }
  return seen.size();
}

bool HangTogether(const CodedColumn& a, const CodedColumn& b) {
  const size_t pairs = CountPairs(a, b);
  const size_t more = std::max(a.values.size(), b.values.size());
  // One follows from the other.
  if (pairs == more) return true;
  return pairs <= 3 * (a.values.size() + b.values.size()) &&
         2 * pairs <= a.values.size() * b.values.size();
}

// The codes of `filter` that it keeps.
std::vector<uint8_t> Kept(const FilterSpec& filter, const CodedColumn& column) {
  std::vector<uint8_t> kept;
  for (const std::string& value : column.values) {
    kept.push_back(std::binary_search(filter.values.begin(), filter.values.end(), value));
  }
  return kept;
}

}  // namespace

absl::Status LedgerGrid::Group(const Records& records, const std::vector<Table>& tables) {
  std::set<std::string> names;
  for (const Table& table : tables) {
    for (const std::string& name : PlacingColumns(*table.spec)) names.insert(name);
  }
  std::vector<std::pair<std::string, const CodedColumn*>> columns;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const CodedColumn* column, records.Coded(name));
    if (column->values.size() > 1) columns.emplace_back(name, column);
  }
  std::vector<size_t> group(columns.size());
  std::iota(group.begin(), group.end(), size_t{0});
  for (size_t a = 0; a < columns.size(); ++a) {
    for (size_t b = a + 1; b < columns.size(); ++b) {
      if (group[a] == group[b] || !HangTogether(*columns[a].second, *columns[b].second)) continue;
      std::replace(group.begin(), group.end(), size_t{group[b]}, size_t{group[a]});
    }
  }
  std::map<size_t, size_t> index;
  for (size_t c = 0; c < columns.size(); ++c) {
    const auto [at, fresh] = index.try_emplace(group[c], components_.size());
    if (fresh) components_.emplace_back();
    components_[at->second].columns.push_back(columns[c].first);
  }
  for (Component& component : components_) RETURN_IF_ERROR(Combine(records, &component));
  if (components_.empty()) {  // All records are alike: there is one category.
    Component& all = components_.emplace_back();
    all.columns.push_back("all");
    all.codes.assign(static_cast<size_t>(records.rows()), 0);
    all.leaf_count = 1;
  }
  return absl::OkStatus();
}

absl::Status LedgerGrid::Combine(const Records& records, Component* component) {
  for (const std::string& name : component->columns) {
    ASSIGN_OR_RETURN(const CodedColumn* column, records.Coded(name));
    if (component->leaf_count == 0) {
      component->codes = column->codes;
      component->leaf_count = static_cast<uint32_t>(column->values.size());
      auto& own = component->code_of_leaf[name];
      own.resize(component->leaf_count);
      std::iota(own.begin(), own.end(), 0u);
      continue;
    }
    const uint64_t width = column->values.size();
    // Pairs (combination so far, value) in order, so that codes do not depend on that of records.
    std::vector<uint64_t> keys(component->codes.size());
    for (size_t row = 0; row < keys.size(); ++row) {
      keys[row] = component->codes[row] * width + column->codes[row];
    }
    std::unordered_map<uint64_t, uint32_t> code_of;
    for (const uint64_t key : keys) code_of.try_emplace(key, 0);
    std::vector<uint64_t> order;
    for (const auto& [key, code] : code_of) order.push_back(key);
    std::sort(order.begin(), order.end());
    for (uint32_t code = 0; code < order.size(); ++code) code_of[order[code]] = code;
    for (auto& [earlier, codes] : component->code_of_leaf) {
      std::vector<uint32_t> longer;
      for (const uint64_t key : order) longer.push_back(codes[key / width]);
      codes = std::move(longer);
    }
    auto& own = component->code_of_leaf[name];
    for (const uint64_t key : order) own.push_back(static_cast<uint32_t>(key % width));
    for (size_t row = 0; row < keys.size(); ++row) component->codes[row] = code_of[keys[row]];
    component->leaf_count = static_cast<uint32_t>(order.size());
  }
  return absl::OkStatus();
}

uint32_t LedgerGrid::NodeOf(Component* component, const Leaves& leaves) {
  if (leaves.size() == component->leaf_count) return kTotal;
  if (leaves.size() == 1) return leaves.front();
  const auto next = static_cast<uint32_t>(component->leaf_count + component->groups.size());
  const auto [at, fresh] = component->node_of.try_emplace(leaves, next);
  if (fresh) component->groups.emplace_back(next, leaves);
  return at->second;
}

absl::StatusOr<LedgerGrid::Cut> LedgerGrid::CutOf(const Records& records, const Table& table,
                                                  Component* component) const {
  const auto has = [&](const std::string& name) {
    return component->code_of_leaf.find(name) != component->code_of_leaf.end();
  };
  Cut cut;
  // For each axis here: the members over every code of its column.
  std::vector<std::vector<Leaves>> over;
  for (size_t a = 0; a < table.spec->axes.size(); ++a) {
    if (!has(table.spec->axes[a].column)) continue;
    cut.axes.push_back(a);
    const sdc::Dimension& dim = table.shape->grid.dim(a);
    auto& members = over.emplace_back(dim.leaf_count());
    const std::vector<uint32_t>& nodes = table.shape->shown[a].nodes;
    for (uint32_t m = 0; m < nodes.size(); ++m) {
      for (const uint32_t code : dim.leaves_under(nodes[m])) members[code].push_back(m);
    }
  }
  std::vector<uint8_t> kept(component->leaf_count, 1);
  for (const FilterSpec& filter : table.spec->filters) {
    if (!has(filter.column)) continue;
    ASSIGN_OR_RETURN(const CodedColumn* column, records.Coded(filter.column));
    const std::vector<uint8_t> allowed = Kept(filter, *column);
    const auto& codes = component->code_of_leaf.at(filter.column);
    for (uint32_t leaf = 0; leaf < kept.size(); ++leaf) kept[leaf] &= allowed[codes[leaf]];
  }
  // Only combinations of members that have a leaf in common come up.
  std::map<uint64_t, Leaves> leaves_of;
  for (uint32_t leaf = 0; leaf < component->leaf_count; ++leaf) {
    if (kept[leaf] == 0) continue;
    std::vector<uint64_t> keys = {0};
    for (size_t i = 0; i < cut.axes.size(); ++i) {
      const std::string& name = table.spec->axes[cut.axes[i]].column;
      const uint64_t width = table.shape->shown[cut.axes[i]].nodes.size();
      std::vector<uint64_t> next;
      for (const uint64_t key : keys) {
        for (const uint32_t m : over[i][component->code_of_leaf.at(name)[leaf]]) {
          next.push_back(key * width + m);
        }
      }
      keys = std::move(next);
    }
    for (const uint64_t key : keys) leaves_of[key].push_back(leaf);
  }
  for (const auto& [key, leaves] : leaves_of) cut.node[key] = NodeOf(component, leaves);
  return cut;
}

absl::Status LedgerGrid::Build() {
  std::vector<sdc::Dimension> dims;
  double cells = 1;
  for (const Component& component : components_) {
    cells *= static_cast<double>(component.leaf_count + component.groups.size() + 1);
  }
  if (components_.size() > sdc::Grid::kMaxDimensions || cells > kMaxLedgerCells) {
    return LedgerTooLarge();
  }
  for (const Component& component : components_) {
    std::vector<std::string> labels;
    for (uint32_t leaf = 0; leaf < component.leaf_count; ++leaf) {
      labels.push_back(absl::StrCat(leaf));
    }
    ASSIGN_OR_RETURN(sdc::Dimension dim,
                     sdc::Dimension::Flat(component.columns.front(), std::move(labels)));
    for (const auto& [node, leaves] : component.groups) {
      ASSIGN_OR_RETURN(const uint32_t made, dim.AddGroup(absl::StrCat("g", node), leaves));
      if (made != node) return absl::InternalError("the ledger's groups are out of order");
    }
    dims.push_back(std::move(dim));
  }
  ASSIGN_OR_RETURN(sdc::Grid grid, sdc::Grid::Make(std::move(dims)));
  grid_ = std::make_shared<const sdc::Grid>(std::move(grid));
  return absl::OkStatus();
}

absl::Status LedgerGrid::PlaceTable(const Records& records, const Table& table,
                                    const std::vector<Cut>& cuts) {
  // A filter on a column in which all records are alike keeps all of them or none.
  bool none = false;
  for (const FilterSpec& filter : table.spec->filters) {
    ASSIGN_OR_RETURN(const CodedColumn* column, records.Coded(filter.column));
    const std::vector<uint8_t> kept = Kept(filter, *column);
    none = none || std::find(kept.begin(), kept.end(), 1) == kept.end();
  }
  const size_t rank = table.shape->shown.size();
  std::vector<CellId>& places = places_.emplace_back();
  places.reserve(static_cast<size_t>(table.shape->cell_count()));
  std::vector<uint32_t> member(rank, 0);
  for (int64_t at = 0; at < table.shape->cell_count(); ++at) {
    CellId cell = 0;
    for (size_t c = 0; c < cuts.size() && cell != sdc::kNoCell; ++c) {
      uint64_t key = 0;
      for (const size_t a : cuts[c].axes) {
        key = key * table.shape->shown[a].nodes.size() + member[a];
      }
      const auto found = cuts[c].node.find(key);
      if (found == cuts[c].node.end()) {
        cell = sdc::kNoCell;
      } else {
        const uint32_t node = found->second == kTotal ? grid_->dim(c).total() : found->second;
        cell += node * grid_->stride(c);
      }
    }
    places.push_back(none ? sdc::kNoCell : cell);
    for (size_t d = rank; d-- > 0;) {  // The last dimension runs fastest.
      if (++member[d] < table.shape->shown[d].nodes.size()) break;
      member[d] = 0;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<LedgerGrid> LedgerGrid::Make(const Records& records,
                                            const std::vector<Table>& tables) {
  LedgerGrid grid;
  RETURN_IF_ERROR(grid.Group(records, tables));
  std::vector<std::vector<Cut>> cuts;
  for (const Table& table : tables) {
    auto& own = cuts.emplace_back();
    for (Component& component : grid.components_) {
      ASSIGN_OR_RETURN(Cut cut, grid.CutOf(records, table, &component));
      own.push_back(std::move(cut));
    }
  }
  RETURN_IF_ERROR(grid.Build());
  for (size_t i = 0; i < tables.size(); ++i) {
    RETURN_IF_ERROR(grid.PlaceTable(records, tables[i], cuts[i]));
  }
  return grid;
}

absl::StatusOr<bool> LedgerGrid::IsPlain(const Records& records, const TableSpec& spec) {
  if (!spec.filters.empty()) return false;
  for (size_t a = 0; a < spec.axes.size(); ++a) {
    ASSIGN_OR_RETURN(const CodedColumn* one, records.Coded(spec.axes[a].column));
    for (size_t b = a + 1; b < spec.axes.size(); ++b) {
      ASSIGN_OR_RETURN(const CodedColumn* other, records.Coded(spec.axes[b].column));
      if (one->values.size() > 1 && other->values.size() > 1 && HangTogether(*one, *other)) {
        return false;
      }
    }
  }
  return true;
}

std::vector<sdc::CodeSpan> LedgerGrid::spans() const {
  std::vector<sdc::CodeSpan> spans;
  for (const Component& component : components_) {
    spans.push_back(std::span<const uint32_t>(component.codes));
  }
  return spans;
}

}  // namespace oboro::aggregation

#include "services/aggregation/joint/joint_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/joint/joint_errors.h"
#include "services/platform/base/status.h"
#include "services/sdc/version.h"

namespace oboro::aggregation {
namespace {

using Column = platform::ColumnBatch::Column;

constexpr int32_t kAbsent = -1;

// A category with the values of the coarser columns over it.
using Category = std::pair<std::string, std::vector<std::string>>;

// Every participant's categories of an axis; each must lie in the same groups everywhere.
absl::StatusOr<std::vector<Category>> CategoriesOf(const std::vector<JointPart>& parts, size_t axis,
                                                   size_t levels) {
  std::map<std::string, std::vector<std::string>> all;
  for (const JointPart& part : parts) {
    const JointPart::Axis& own = part.axes[axis];
    if (own.levels.size() != levels) return JointNotComparable();
    for (size_t leaf = 0; leaf < own.leaves.size(); ++leaf) {
      // A category that is called as the margin would be written otherwise and not be found again.
      if (own.leaves[leaf] == kMarginLabel) return JointNotComparable();
      std::vector<std::string> groups;
      for (const auto& level : own.levels) groups.push_back(level[leaf]);
      const auto [at, fresh] = all.try_emplace(own.leaves[leaf], groups);
      if (!fresh && at->second != groups) return JointNotComparable();
    }
  }
  return std::vector<Category>(all.begin(), all.end());
}

Column MakeColumn(std::string name, const std::vector<std::string>& values, size_t rows) {
  Column column{std::move(name), {}, {}};
  std::map<std::string, uint32_t> codes;
  for (size_t row = 0; row < rows; ++row) {
    const std::string& value = values[std::min(row, values.size() - 1)];
    const auto [at, fresh] = codes.try_emplace(value, column.dictionary.size());
    if (fresh) column.dictionary.push_back(value);
    column.codes.push_back(at->second);
  }
  return column;
}

// As few records as have every category once: the shape of a table is all that is taken of them.
absl::StatusOr<Records> Specimens(const std::vector<JointPart>& parts,
                                  const std::vector<std::string>& codes, const TableSpec& spec) {
  std::vector<std::pair<std::string, std::vector<std::string>>> columns = {{kTenantColumn, codes}};
  for (size_t a = 0; a < spec.axes.size(); ++a) {
    const AxisSpec& axis = spec.axes[a];
    ASSIGN_OR_RETURN(const auto categories, CategoriesOf(parts, a, axis.within.size()));
    columns.push_back({axis.column, {}});
    for (const std::string& coarser : axis.within) columns.push_back({coarser, {}});
    auto* const own = &columns[columns.size() - 1 - axis.within.size()];
    for (const auto& [leaf, groups] : categories) {
      own[0].second.push_back(leaf);
      for (size_t l = 0; l < groups.size(); ++l) own[l + 1].second.push_back(groups[l]);
    }
  }
  size_t rows = 0;
  for (const auto& [name, values] : columns) rows = std::max(rows, values.size());
  platform::ColumnBatch batch;
  batch.rows = static_cast<int64_t>(rows);
  for (const auto& [name, values] : columns) {
    batch.columns.push_back(MakeColumn(name, values, rows));
  }
  return Records(std::move(batch));
}

absl::StatusOr<TableShape> ShapeOfAll(const std::vector<JointPart>& parts,
                                      const std::vector<std::string>& codes,
                                      const TableSpec& spec) {
  ASSIGN_OR_RETURN(const Records records, Specimens(parts, codes, spec));
  TableSpec all = spec;
  all.axes.insert(all.axes.begin(), AxisSpec{kTenantColumn, {}});
  all.filters.clear();
  absl::StatusOr<TableShape> shape = ShapeOf(records, all);
  if (!shape.ok()) {
    // Its message would name values of somebody's records.
    if (platform::ReasonOf(shape.status()).name == "TABLE_TOO_LARGE") return shape.status();
    return JointNotComparable();
  }
  if (shape->cell_count() > kMaxJointCells) {
    return TableTooLarge(shape->cell_count(), kMaxJointCells);
  }
  return shape;
}

// For each node of the joint dimension the participant's node over the same of its leaves, or
// kAbsent where it has none of them.
absl::StatusOr<std::vector<int32_t>> NodesOf(const sdc::Dimension& dimension,
                                             const JointPart::Axis& axis) {
  std::map<std::string, uint32_t> own;
  for (uint32_t leaf = 0; leaf < axis.leaves.size(); ++leaf) own[axis.leaves[leaf]] = leaf;
  std::map<std::vector<uint32_t>, int32_t> node_of;
  for (size_t node = 0; node < axis.nodes.size(); ++node) {
    node_of.try_emplace(axis.nodes[node], static_cast<int32_t>(node));
  }
  std::vector<int32_t> nodes;
  for (uint32_t node = 0; node < dimension.node_count(); ++node) {
    std::vector<uint32_t> under;
    for (const uint32_t leaf : dimension.leaves_under(node)) {
      const auto at = own.find(dimension.label(leaf));
      if (at != own.end()) under.push_back(at->second);
    }
    std::sort(under.begin(), under.end());
    const auto found = node_of.find(under);
    if (!under.empty() && found == node_of.end()) return JointNotComparable();
    nodes.push_back(under.empty() ? kAbsent : found->second);
    const bool whole = under.size() == axis.leaves.size();
    if (node == dimension.total() && !whole) return absl::InternalError("a category got lost");
  }
  return nodes;
}

// Reads one participant's part by cells of the joint table.
class PartReader {
 public:
  static absl::StatusOr<PartReader> Make(const sdc::Grid& grid, const JointPart& part) {
    PartReader reader(part);
    for (size_t a = 0; a < part.axes.size(); ++a) {
      ASSIGN_OR_RETURN(std::vector<int32_t> nodes, NodesOf(grid.dim(a + 1), part.axes[a]));
      const bool lacks = std::find(nodes.begin(), nodes.end(), kAbsent) != nodes.end();
      if (lacks && part.zeros_protected) return JointNotComparable();
      reader.nodes_.push_back(std::move(nodes));
    }
    return reader;
  }

  // What the participant shows of the cell, at whatever node its own dimension stands.
  std::optional<int64_t> Shown(const sdc::Grid& grid, sdc::CellId cell) const {
    size_t at = 0;
    for (size_t a = 0; a < nodes_.size(); ++a) {
      const int32_t node = nodes_[a][grid.node(cell, a + 1)];
      if (node == kAbsent) return 0;
      at = at * part_.axes[a].nodes.size() + static_cast<size_t>(node);
    }
    return part_.cells[at];
  }

 private:
  explicit PartReader(const JointPart& part) : part_(part) {}
  const JointPart& part_;
  std::vector<std::vector<int32_t>> nodes_;
};

}  // namespace

absl::StatusOr<JointTable> JoinParts(const std::vector<JointPart>& parts,
                                     const std::vector<std::string>& codes, const TableSpec& spec) {
  for (const JointPart& part : parts) {
    if (part.axes.size() != spec.axes.size()) return JointNotComparable();
  }
  ASSIGN_OR_RETURN(TableShape shape, ShapeOfAll(parts, codes, spec));
  const sdc::Grid& grid = shape.grid;
  std::vector<PartReader> readers;  // By node of the participants' dimension.
  for (uint32_t leaf = 0; leaf < grid.dim(0).leaf_count(); ++leaf) {
    const auto code = std::find(codes.begin(), codes.end(), grid.dim(0).label(leaf));
    if (code == codes.end()) return absl::InternalError("a participant has no part");
    ASSIGN_OR_RETURN(PartReader reader, PartReader::Make(grid, parts[code - codes.begin()]));
    readers.push_back(std::move(reader));
  }
  JointTable table{std::move(shape), {}};
  const sdc::Grid& all = table.shape.grid;
  for (sdc::CellId cell = 0; cell < all.cell_count(); ++cell) {
    const uint32_t node = all.node(cell, 0);
    if (all.dim(0).is_leaf(node)) {
      table.cells.push_back(readers[node].Shown(all, cell));
      continue;
    }
    std::optional<int64_t> sum = 0;
    for (const PartReader& reader : readers) {
      const std::optional<int64_t> own = reader.Shown(all, cell);
      sum = sum && own ? std::optional(*sum + *own) : std::nullopt;
    }
    table.cells.push_back(sum);
  }
  return table;
}

absl::Status CheckNoneTold(const JointTable& table) {
  const sdc::Grid& grid = table.shape.grid;
  const sdc::CellId stride = grid.stride(0);
  int64_t told = 0;
  for (sdc::CellId first = 0; first < stride; ++first) {
    const std::optional<int64_t>& total = table.cells[first + grid.dim(0).total() * stride];
    if (!total) continue;
    int64_t rest = *total;
    bool hidden = false;
    for (uint32_t leaf = 0; leaf < grid.dim(0).leaf_count(); ++leaf) {
      const std::optional<int64_t>& own = table.cells[first + leaf * stride];
      hidden |= !own.has_value();
      rest -= own.value_or(0);
    }
    if (hidden || rest != 0) ++told;
  }
  return told == 0 ? absl::OkStatus() : ProtectionIncomplete(told);
}

nlohmann::json ToJson(const JointTable& table) {
  nlohmann::json dimensions = nlohmann::json::array();
  for (const ShownDimension& dimension : table.shape.shown) {
    dimensions.push_back({{"column", dimension.column},
                          {"within", dimension.within},
                          {"members", dimension.members},
                          {"parents", dimension.parents}});
  }
  nlohmann::json cells = nlohmann::json::array();
  for (const sdc::CellId cell : table.shape.ShownOrder()) {
    cells.push_back(table.cells[cell] ? nlohmann::json(*table.cells[cell]) : nullptr);
  }
  return {{"dimensions", dimensions}, {"cells", cells}};
}

absl::StatusOr<std::string> RunJoint(platform::JobIo& io) {
  const auto params = nlohmann::json::parse(io.params(), nullptr, false);
  std::vector<JointPart> parts;
  std::vector<std::string> codes;
  TableSpec spec;
  try {
    for (const auto& json : params.at("parts")) {
      ASSIGN_OR_RETURN(JointPart part, PartFromJson(json));
      parts.push_back(std::move(part));
    }
    codes = params.at("codes").get<std::vector<std::string>>();
    ASSIGN_OR_RETURN(spec, SpecFromJson(params.at("spec")));
  } catch (const nlohmann::json::exception&) {
    return absl::InternalError("aggregation.joint: bad parameters");
  }
  if (parts.size() < 2 || parts.size() != codes.size()) {
    return absl::InternalError("aggregation.joint: parts and participants differ");
  }
  io.Progress("JOIN", 0, 0);
  ASSIGN_OR_RETURN(const JointTable table, JoinParts(parts, codes, spec));
  RETURN_IF_ERROR(CheckNoneTold(table));
  const auto cells = static_cast<int64_t>(table.cells.size());
  io.Progress("JOIN", cells, cells);
  return nlohmann::json(
             {{"table", ToJson(table)},
              {"cells", cells},
              {"suppressed", std::count(table.cells.begin(), table.cells.end(), std::nullopt)},
              {"method", MethodName()},
              {"engine_version", sdc::kEngineVersion}})
      .dump();
}

}  // namespace oboro::aggregation

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table_request.h"
#include "services/sdc/tables/grid.h"

namespace oboro::aggregation {

// Label of every margin.
inline constexpr char kMarginLabel[] = "計";

// Most cells of a table, margins included.
inline constexpr int64_t kMaxCells = 4'000'000;

// A dimension as it is shown: members in natural order, a group behind its own members, the margin
// last.
struct ShownDimension {
  std::string column;
  std::vector<std::string> within;   // Levels that the members have, finest first.
  std::vector<std::string> members;  // Labels, none twice.
  std::vector<int32_t> parents;      // Index of each member's group, -1 for the margin.
  std::vector<uint32_t> nodes;       // The grid's node of each member.
};

// The cells of a table: the grid of the engine, and the same as it is shown.
struct TableShape {
  sdc::Grid grid;
  std::vector<ShownDimension> shown;

  int64_t cell_count() const { return grid.cell_count(); }
  // The engine's cells in the order in which the table is shown, the last dimension fastest.
  std::vector<sdc::CellId> ShownOrder() const;
};

// The members of every axis in `records`. Coarser levels in which all records are alike are the
// margin and no level of their own. A label that would stand twice in a dimension is told apart by
// its column in brackets.
// NOT_NESTED, naming the value, when a value of an axis lies in two values of a coarser column;
// TABLE_TOO_LARGE.
absl::StatusOr<TableShape> ShapeOf(const Records& records, const TableSpec& spec);

}  // namespace oboro::aggregation

#include "services/sdc/tables/cli/costs.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/cli/input.h"

namespace oboro::sdc::cli {
namespace {

constexpr int64_t kMaxCost = int64_t{1} << 40;

// The cells of a file in the order of its rows, and the texts of one more column.
struct Listed {
  std::vector<CellId> cells;
  std::vector<std::string> texts;
};

absl::StatusOr<Listed> ReadCells(const Args& args, const Grid& grid, const std::string& path,
                                 const std::string& more) {
  std::vector<std::string> columns;
  for (const Dimension& dim : grid.dims()) columns.push_back(dim.name());
  if (!more.empty()) columns.push_back(more);
  absl::StatusOr<CodedTable> in = LoadFile(args, path, columns);
  if (!in.ok()) return in.status();
  Listed listed;
  std::set<CellId> seen;
  for (uint64_t row = 0; row < in->rows(); ++row) {
    CellId cell = 0;
    for (size_t d = 0; d < grid.rank(); ++d) {
      const std::string& label = in->column(d).value(row);
      int64_t node = grid.dim(d).Find(label);
      if (node < 0 && label == "*") node = grid.dim(d).total();
      if (node < 0) {
        return absl::InvalidArgumentError(absl::StrCat(path, ", row ", row + 1, ": \"", label,
                                                       "\" is no category or group of ",
                                                       grid.dim(d).name()));
      }
      cell += static_cast<CellId>(node) * grid.stride(d);
    }
    if (!seen.insert(cell).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", row ", row + 1, ": ", CellLabel(grid, cell), " is given twice"));
    }
    listed.cells.push_back(cell);
    if (!more.empty()) listed.texts.push_back(in->column(grid.rank()).value(row));
  }
  return listed;
}

absl::StatusOr<std::vector<int64_t>> GivenCosts(const Args& args, const Grid& grid,
                                                const std::string& path) {
  absl::StatusOr<Listed> listed = ReadCells(args, grid, path, "cost");
  if (!listed.ok()) return listed.status();
  std::vector<int64_t> costs(grid.cell_count(), 1);
  std::vector<int64_t> of_row;
  for (size_t i = 0; i < listed->cells.size(); ++i) {
    const absl::StatusOr<int64_t> cost = ParseValue(listed->texts[i], 1);
    if (!cost.ok() || *cost < 1 || *cost > kMaxCost) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ", row ", i + 1, ", column cost: no whole number from 1 to ", kMaxCost));
    }
    of_row.push_back(*cost);
    costs[listed->cells[i]] = *cost;
  }
  // Over so many cells sums of the largest costs stay below 2^63 only if each is cut first.
  const int64_t most = std::max<int64_t>(1, (int64_t{1} << 61) / grid.cell_count());
  for (int64_t& cost : costs) cost = std::min(cost, most);
  grid.FillMargins(costs);
  for (int64_t& cost : costs) cost = std::min(cost, kMaxCost);
  for (size_t i = 0; i < of_row.size(); ++i) costs[listed->cells[i]] = of_row[i];
  return costs;
}

}  // namespace

absl::StatusOr<Costs> ReadCosts(const Args& args, const Grid& grid) {
  Costs costs;
  const std::string cost = args.Get("cost", "cells");
  if (cost == "value" || cost == "values") {
    costs.kind = CostKind::kValues;
  } else if (cost != "cells") {
    if (!std::filesystem::is_regular_file(cost)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cost is cells, value, or a file of costs; there is no file ", cost));
    }
    absl::StatusOr<std::vector<int64_t>> given = GivenCosts(args, grid, cost);
    if (!given.ok()) return given.status();
    costs.kind = CostKind::kGiven;
    costs.given = std::move(*given);
  }
  for (const auto& [option, cells] : {std::pair("keep", &costs.keep), {"prefer", &costs.prefer}}) {
    if (!args.Has(option)) continue;
    absl::StatusOr<Listed> listed = ReadCells(args, grid, args.Get(option), "");
    if (!listed.ok()) return listed.status();
    *cells = std::move(listed->cells);
    std::sort(cells->begin(), cells->end());
  }
  for (CellId c : costs.prefer) {
    if (!std::binary_search(costs.keep.begin(), costs.keep.end(), c)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(CellLabel(grid, c), " is in --keep and in --prefer"));
  }
  return costs;
}

}  // namespace oboro::sdc::cli

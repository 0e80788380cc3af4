#include "services/aggregation/table_evidence.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace oboro::aggregation {
namespace {

using sdc::CellId;
using sdc::CellStatus;

// Intervals that are written down one by one; beyond, their summary stands for them.
constexpr size_t kMostIntervals = 5000;

struct Width {
  int64_t below = 0, above = 0;
};

// How far a witness moves each suppressed cell: every table that lies between is possible to
// whoever sees the statistic alone.
std::map<CellId, Width> WitnessedWidths(const sdc::ProtectedTable& table) {
  std::map<CellId, Width> widths;
  for (const auto& proof : table.proofs) {
    for (const auto& change : proof.witness.changes) {
      Width& width = widths[change.cell];
      width.above = std::max(width.above, change.delta);
      width.below = std::max(width.below, -change.delta);
    }
  }
  return widths;
}

std::vector<int64_t> PositionOf(const TableShape& shape) {
  std::vector<int64_t> position(shape.grid.cell_count());
  int64_t at = 0;
  for (const CellId cell : shape.ShownOrder()) position[cell] = at++;
  return position;
}

// [cell in shown order, least, greatest] of the suppressed cells of a part.
nlohmann::json Intervals(const Part& part, const sdc::ProtectedTable& table,
                         const std::vector<int64_t>& position, int64_t* least_width) {
  std::vector<std::array<int64_t, 3>> rows;
  for (const auto& [cell, width] : WitnessedWidths(table)) {
    if (!sdc::IsSuppressed(table.statuses[cell])) continue;
    rows.push_back(
        {position[cell], part.values[cell] - width.below, part.values[cell] + width.above});
    const int64_t open = width.below + width.above;
    *least_width = *least_width < 0 ? open : std::min(*least_width, open);
  }
  std::sort(rows.begin(), rows.end());
  if (rows.size() > kMostIntervals) rows.resize(kMostIntervals);
  return rows;
}

nlohmann::json PartEvidence(const Counted& counted, size_t index, const sdc::ProtectedTable& table,
                            const std::vector<int64_t>& position) {
  const Part& part = counted.parts[index];
  int64_t least_width = -1;
  nlohmann::json intervals = Intervals(part, table, position, &least_width);
  CellId top = 0;
  const sdc::Grid& grid = counted.shape.grid;
  for (size_t d = 0; d < grid.rank(); ++d) top += grid.dim(d).total() * grid.stride(d);
  return {{"measure", part.measure.empty() ? "records" : part.measure},
          {"primary", table.primary},
          {"secondary", table.secondary},
          {"proofs", table.proofs.size()},
          {"work", table.work},
          {"loss",
           {{"cells", table.primary + table.secondary},
            {"value", table.suppressed_value},
            {"of", part.values[top]}}},
          {"least_width", least_width},
          {"intervals", std::move(intervals)}};
}

}  // namespace

Detail MakeDetail(const Counted& counted, const Protected& table, const TableRequest& request) {
  Detail detail;
  for (const ShownDimension& shown : counted.shape.shown) {
    detail.dimensions.push_back({shown.column, shown.within, shown.members, shown.parents});
  }
  detail.filters = ToJson(request.spec)["filters"];
  const std::vector<int64_t> position = PositionOf(counted.shape);
  nlohmann::json parts = nlohmann::json::array();
  for (size_t i = 0; i < counted.parts.size(); ++i) {
    parts.push_back(PartEvidence(counted, i, table.parts[i], position));
  }
  detail.evidence = {{"form", "oboro-evidence/1"},
                     {"level", "P"},
                     {"min_count", request.min_count},
                     {"zeros", request.zeros_protected ? "protected" : "open"},
                     {"amounts", ToJson(request.amounts)},
                     {"cells", counted.shape.cell_count()},
                     {"seeds", nlohmann::json::array()},  // Nothing here is drawn by lot.
                     {"parts", parts}};
  return detail;
}

}  // namespace oboro::aggregation

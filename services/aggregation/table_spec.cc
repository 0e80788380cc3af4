#include "services/aggregation/table_spec.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr int kMaxDimensions = 8;
constexpr int kMaxLevels = 8;
constexpr int kMaxFilters = 16;
constexpr int kMaxFilterValues = 2000;
constexpr size_t kMaxValue = 1000;

const abstraction::v1::Column* Find(const abstraction::v1::Abstraction& abstraction,
                                    const std::string& name) {
  for (const auto& column : abstraction.columns()) {
    if (column.name() == name) return &column;
  }
  return nullptr;
}

absl::StatusOr<std::vector<AxisSpec>> AxesOf(const v1::CreateStatisticRequest& request) {
  if (request.dimensions_size() > 0 && request.axes_size() > 0) {
    return InvalidField("axes", "either dimensions or axes",
                        "dimensions と axes のどちらか一方を指定してください");
  }
  std::vector<AxisSpec> axes;
  for (const std::string& column : request.dimensions()) axes.push_back({column, {}});
  for (const v1::Axis& axis : request.axes()) {
    axes.push_back({axis.column(), {axis.within().begin(), axis.within().end()}});
  }
  const char* field = request.axes_size() > 0 ? "axes" : "dimensions";
  std::set<std::string> columns;
  for (const AxisSpec& axis : axes) columns.insert(axis.column);
  if (axes.empty() || axes.size() > kMaxDimensions || columns.size() != axes.size()) {
    return InvalidField(field, "one to eight different columns",
                        "異なる列を1つから8つ指定してください");
  }
  for (const AxisSpec& axis : axes) {
    std::set<std::string> levels(axis.within.begin(), axis.within.end());
    levels.insert(axis.column);
    if (axis.within.size() > kMaxLevels || levels.size() != axis.within.size() + 1) {
      return InvalidField("axes.within", "at most eight different coarser columns",
                          "上位の列は異なるものを8つまで指定してください");
    }
  }
  return axes;
}

absl::StatusOr<std::vector<FilterSpec>> FiltersOf(const v1::CreateStatisticRequest& request) {
  std::vector<FilterSpec> filters;
  std::set<std::string> columns;
  for (const v1::Filter& filter : request.filters()) {
    const std::set<std::string> values(filter.values().begin(), filter.values().end());
    if (values.empty() || filter.values_size() > kMaxFilterValues ||
        values.rbegin()->size() > kMaxValue || !columns.insert(filter.column()).second) {
      return InvalidField("filters", "for each column once, 1 to 2000 values",
                          "列ごとに1回、1〜2000個の値を指定してください");
    }
    filters.push_back({filter.column(), {values.begin(), values.end()}});
  }
  if (filters.size() > kMaxFilters) {
    return InvalidField("filters", "at most 16 columns", "16列までです");
  }
  std::sort(filters.begin(), filters.end(),
            [](const FilterSpec& a, const FilterSpec& b) { return a.column < b.column; });
  return filters;
}

absl::StatusOr<MeasureSpec> MeasureOf(const v1::Measure& measure) {
  MeasureSpec spec;
  spec.column = measure.column();
  switch (measure.kind()) {
    case v1::MEASURE_KIND_UNSPECIFIED:
    case v1::MEASURE_KIND_RECORDS:
      break;
    case v1::MEASURE_KIND_PERSONS:
      spec.kind = MeasureKind::kPersons;
      break;
    case v1::MEASURE_KIND_HOUSEHOLDS:
      spec.kind = MeasureKind::kHouseholds;
      break;
    case v1::MEASURE_KIND_SUM:
      spec.kind = MeasureKind::kSum;
      break;
    case v1::MEASURE_KIND_MEAN:
      spec.kind = MeasureKind::kMean;
      break;
    default:
      return InvalidField("measure.kind", "RECORDS, PERSONS, HOUSEHOLDS, SUM or MEAN",
                          "件数、人数、世帯数、合計、平均のいずれかです");
  }
  if (spec.column.empty() != (spec.kind == MeasureKind::kRecords)) {
    return InvalidField("measure.column", "the link number or amount column, and none for RECORDS",
                        "人数・世帯数は連結番号の列、合計・平均は金額の列を指定してください");
  }
  return spec;
}

}  // namespace

absl::StatusOr<TableSpec> SpecOf(const v1::CreateStatisticRequest& request) {
  TableSpec spec;
  ASSIGN_OR_RETURN(spec.axes, AxesOf(request));
  ASSIGN_OR_RETURN(spec.filters, FiltersOf(request));
  ASSIGN_OR_RETURN(spec.measure, MeasureOf(request.measure()));
  return spec;
}

absl::Status CheckColumns(const abstraction::v1::Abstraction& abstraction, const TableSpec& spec) {
  for (const std::string& name : spec.Columns()) {
    const abstraction::v1::Column* found = Find(abstraction, name);
    if (found == nullptr) return UnknownDimension(name, false);
    const bool link = found->kind() == abstraction::v1::COLUMN_KIND_LINK_NUMBER;
    const bool measured = name == spec.measure.column;
    if (measured && IsDistinct(spec.measure.kind) && !link) return ColumnNotLinkNumber(name);
    if (measured && IsAmount(spec.measure.kind) && link) return ColumnNotAmount(name);
  }
  TableSpec shown = spec;
  shown.measure = {};
  for (const std::string& name : shown.Columns()) {
    if (Find(abstraction, name)->kind() == abstraction::v1::COLUMN_KIND_LINK_NUMBER) {
      return UnknownDimension(name, true);
    }
  }
  return absl::OkStatus();
}

std::string ContributorColumn(const abstraction::v1::Abstraction& abstraction) {
  const abstraction::v1::Column* fewest = nullptr;
  for (const auto& column : abstraction.columns()) {
    if (column.kind() != abstraction::v1::COLUMN_KIND_LINK_NUMBER) continue;
    if (fewest == nullptr || column.distinct_values() < fewest->distinct_values()) {
      fewest = &column;
    }
  }
  return fewest == nullptr ? "" : fewest->name();
}

}  // namespace oboro::aggregation

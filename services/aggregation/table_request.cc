#include "services/aggregation/table_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr std::array<std::pair<MeasureKind, const char*>, 5> kMeasures = {{
    {MeasureKind::kRecords, "RECORDS"},
    {MeasureKind::kPersons, "PERSONS"},
    {MeasureKind::kHouseholds, "HOUSEHOLDS"},
    {MeasureKind::kSum, "SUM"},
    {MeasureKind::kMean, "MEAN"},
}};

absl::Status Bad() { return absl::InternalError("aggregation.run: bad parameters"); }

absl::StatusOr<MeasureSpec> MeasureFromJson(const nlohmann::json& json) {
  MeasureSpec measure;
  measure.column = json.value("column", "");
  const std::string kind = json.value("kind", "");
  for (const auto& [known, name] : kMeasures) {
    if (kind != name) continue;
    measure.kind = known;
    return measure;
  }
  return Bad();
}

}  // namespace

const char* MeasureName(MeasureKind kind) {
  for (const auto& [known, name] : kMeasures) {
    if (known == kind) return name;
  }
  return "";
}

bool IsAmount(MeasureKind kind) { return kind == MeasureKind::kSum || kind == MeasureKind::kMean; }

bool IsDistinct(MeasureKind kind) {
  return kind == MeasureKind::kPersons || kind == MeasureKind::kHouseholds;
}

std::vector<std::string> TableSpec::Columns() const {
  std::vector<std::string> columns;
  const auto add = [&columns](const std::string& name) {
    if (name.empty()) return;
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  };
  for (const AxisSpec& axis : axes) {
    add(axis.column);
    for (const std::string& name : axis.within) add(name);
  }
  for (const FilterSpec& filter : filters) add(filter.column);
  add(measure.column);
  add(contributor);
  return columns;
}

nlohmann::json ToJson(const TableSpec& spec) {
  nlohmann::json axes = nlohmann::json::array();
  for (const AxisSpec& axis : spec.axes) {
    axes.push_back({{"column", axis.column}, {"within", axis.within}});
  }
  nlohmann::json filters = nlohmann::json::array();
  for (const FilterSpec& filter : spec.filters) {
    filters.push_back({{"column", filter.column}, {"values", filter.values}});
  }
  return {{"axes", axes},
          {"measure", {{"kind", MeasureName(spec.measure.kind)}, {"column", spec.measure.column}}},
          {"filters", filters},
          {"contributor", spec.contributor}};
}

absl::StatusOr<TableSpec> SpecFromJson(const nlohmann::json& json) {
  TableSpec spec;
  try {
    for (const auto& axis : json.at("axes")) {
      spec.axes.push_back({axis.at("column").get<std::string>(),
                           axis.at("within").get<std::vector<std::string>>()});
    }
    for (const auto& filter : json.at("filters")) {
      spec.filters.push_back({filter.at("column").get<std::string>(),
                              filter.at("values").get<std::vector<std::string>>()});
    }
    ASSIGN_OR_RETURN(spec.measure, MeasureFromJson(json.at("measure")));
    spec.contributor = json.at("contributor").get<std::string>();
  } catch (const nlohmann::json::exception&) {
    return Bad();
  }
  return spec;
}

nlohmann::json ToJson(const AmountRules& rules) {
  return {{"p_percent", rules.p_percent},
          {"dominance_n", rules.dominance_n},
          {"dominance_k", rules.dominance_k},
          {"min_contributors", rules.min_contributors}};
}

AmountRules AmountRulesFromJson(const nlohmann::json& json) {
  return {json.value("p_percent", int64_t{0}), json.value("dominance_n", int64_t{0}),
          json.value("dominance_k", int64_t{0}), json.value("min_contributors", int64_t{0})};
}

absl::StatusOr<TableRequest> ParseRequest(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("spec")) return Bad();
  TableRequest request;
  ASSIGN_OR_RETURN(request.spec, SpecFromJson(json["spec"]));
  request.min_count = json.value("min_count", int64_t{0});
  request.zeros_protected = json.value("zeros_protected", true);
  request.amounts = AmountRulesFromJson(json.value("amounts", nlohmann::json::object()));
  request.flow_bound = json.value("flow_bound", int64_t{-1});
  request.threads = json.value("threads", 1);
  const AmountRules none;
  if (request.spec.axes.empty() || request.min_count < 1 ||
      (IsAmount(request.spec.measure.kind) && request.amounts == none)) {
    return absl::InternalError("aggregation.run: parameters are missing");
  }
  return request;
}

std::string RequestText(const TableRequest& request) {
  return nlohmann::json({{"spec", ToJson(request.spec)},
                         {"min_count", request.min_count},
                         {"zeros_protected", request.zeros_protected},
                         {"amounts", ToJson(request.amounts)},
                         {"flow_bound", request.flow_bound},
                         {"threads", request.threads}})
      .dump();
}

}  // namespace oboro::aggregation

#include "services/verification/measure_function.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/risk.h"
#include "services/verification/column_scan.h"
#include "services/verification/combinations.h"

namespace oboro::verification {
namespace {

constexpr int kThreads = 2;

absl::StatusOr<platform::ColumnBatch> ReadAll(platform::JobIo& io) {
  ASSIGN_OR_RETURN(const std::unique_ptr<platform::JobSource> source, io.OpenInput("abstraction"));
  return platform::ReadParquet([&source] { return source->Read(); }, {}, kThreads);
}

nlohmann::json ScanColumns(const platform::ColumnBatch& batch, const std::set<std::string>& links) {
  nlohmann::json columns = nlohmann::json::array();
  for (const auto& column : batch.columns) {
    const ColumnScan scan = ScanColumn(column.dictionary, batch.rows, links.count(column.name) > 0);
    columns.push_back({{"name", column.name},
                       {"distinct", column.dictionary.size()},
                       {"identifier", scan.identifier},
                       {"exact_dates", scan.exact_dates}});
  }
  return columns;
}

// Link numbers have done their part once scanned, and are most of the memory.
absl::StatusOr<sdc::CodedTable> MakeTable(platform::ColumnBatch batch,
                                          const std::set<std::string>& wanted) {
  std::vector<sdc::CodedColumn> columns;
  for (auto& column : batch.columns) {
    if (wanted.count(column.name) > 0) {
      ASSIGN_OR_RETURN(
          sdc::CodedColumn made,
          sdc::CodedColumn::Make(column.name, std::move(column.dictionary), column.codes));
      columns.push_back(std::move(made));
    }
    column = {};
  }
  if (columns.empty()) return sdc::CodedTable();
  return sdc::CodedTable::Make(std::move(columns));
}

nlohmann::json ToJson(const sdc::ClassMeasure& measure) {
  nlohmann::json histogram = nlohmann::json::array();
  for (const auto& [size, classes] : measure.histogram) histogram.push_back({size, classes});
  nlohmann::json diversity = nlohmann::json::array();
  for (const auto& sensitive : measure.sensitive) {
    diversity.push_back({sensitive.name, sensitive.distinct_l});
  }
  return {{"classes", measure.classes},
          {"k", measure.min_class},
          {"uniques", measure.uniques},
          {"histogram", histogram},
          {"distinct_l", diversity}};
}

nlohmann::json ToJson(const std::vector<Combination>& combinations) {
  nlohmann::json out = nlohmann::json::array();
  for (const Combination& one : combinations) {
    out.push_back({{"columns", one.columns},
                   {"classes", one.classes},
                   {"uniques", one.uniques},
                   {"below", one.below}});
  }
  return out;
}

// All records as one class, with nothing known of anybody.
nlohmann::json OneClass(const sdc::CodedTable& table, int64_t records,
                        const std::vector<std::string>& sensitive) {
  nlohmann::json diversity = nlohmann::json::array();
  for (const std::string& name : sensitive) {
    const auto at = table.Find(name);
    diversity.push_back({name, at.has_value() ? table.column(*at).distinct() : 0});
  }
  nlohmann::json histogram = nlohmann::json::array();
  if (records > 0) histogram.push_back({records, 1});
  return {{"classes", records > 0 ? 1 : 0},
          {"k", records},
          {"uniques", records == 1 ? 1 : 0},
          {"histogram", histogram},
          {"distinct_l", diversity}};
}

absl::Status Explain(const absl::Status& status) {
  return platform::ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"ABSTRACTION_NOT_MEASURABLE",
       absl::StrCat("the abstraction cannot be measured: ", status.message()),
       "抽象化データを測定できません。レシピの列の宣言を確認してください。",
       {}});
}

}  // namespace

absl::StatusOr<std::string> RunMeasure(platform::JobIo& io) {
  const nlohmann::json params = nlohmann::json::parse(io.params(), nullptr, false);
  if (!params.is_object()) return absl::InvalidArgumentError("verification.run: bad params");
  const auto links = params.value("links", std::set<std::string>{});
  std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> wanted;
  std::set<std::string> needed;
  for (const nlohmann::json& measure : params.at("measures")) {
    wanted.emplace_back(measure.value("quasi_identifiers", std::vector<std::string>{}),
                        measure.value("sensitive", std::vector<std::string>{}));
    needed.insert(wanted.back().first.begin(), wanted.back().first.end());
    needed.insert(wanted.back().second.begin(), wanted.back().second.end());
  }

  io.Progress("READ", 0, 0);
  ASSIGN_OR_RETURN(platform::ColumnBatch batch, ReadAll(io));
  const int64_t records = batch.rows;
  io.Progress("READ", records, records);

  io.Progress("MEASURE", 0, records);
  nlohmann::json columns = ScanColumns(batch, links);
  const auto table = MakeTable(std::move(batch), needed);
  if (!table.ok()) return Explain(table.status());
  nlohmann::json measures = nlohmann::json::array();
  for (const auto& [quasi_identifiers, sensitive] : wanted) {
    if (quasi_identifiers.empty()) {
      measures.push_back(OneClass(*table, records, sensitive));
      continue;
    }
    const auto measured =
        sdc::MeasureClasses(*table, quasi_identifiers, sensitive, {.threads = kThreads});
    if (!measured.ok()) return Explain(measured.status());
    measures.push_back(ToJson(*measured));
  }
  Combinations combinations;
  const int64_t k = params.value("k", int64_t{0});
  if (k > 0 && !wanted.empty()) {
    ASSIGN_OR_RETURN(combinations, FindCombinations(*table, wanted.front().first, k, kThreads));
  }
  io.Progress("MEASURE", records, records);
  return nlohmann::json{
      {"records", records},
      {"columns", columns},
      {"measures", measures},
      {"combinations",
       {{"worst", ToJson(combinations.worst)}, {"without", ToJson(combinations.without)}}}}
      .dump();
}

}  // namespace oboro::verification

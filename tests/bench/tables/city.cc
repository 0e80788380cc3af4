#include "tests/bench/tables/city.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include "services/civic/dates/civil_date.h"
#include "services/civic/synth/synth.h"
#include "services/civic/synth/towns.h"
#include "services/sdc/records/csv_load.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {
namespace {

constexpr char kHamamatsu[] = "221309";
constexpr uint32_t kBands = 21;

std::string Register(const civic::SynthOptions& options) {
  std::string csv;
  civic::SynthSummary summary;
  const absl::Status written = civic::WriteRegister(
      options,
      [&](absl::string_view piece) {
        csv.append(piece.data(), piece.size());
        return absl::OkStatus();
      },
      &summary);
  if (!written.ok()) csv.clear();
  return csv;
}

Dimension Towns() {
  std::vector<std::string> labels;
  for (const civic::Town& town : civic::FindSynthCity(kHamamatsu)->towns) {
    labels.push_back(std::string(town.ward) + std::string(town.code));
  }
  return *Dimension::Flat("町字", std::move(labels));
}

Dimension Ages() {
  std::vector<std::string> labels, groups;
  for (uint32_t band = 0; band < kBands; ++band) {
    labels.push_back(civic::FiveYearBand(static_cast<int>(5 * band)));
    groups.push_back(band < 3 ? "0-14歳" : band < 13 ? "15-64歳" : "65歳以上");
  }
  labels.push_back("不詳");
  groups.push_back("年齢不詳");
  return *Dimension::Hierarchical("5歳階級", std::move(labels), {groups});
}

uint32_t BandOf(const std::string& birth, const civic::CivilDate& as_of) {
  const civic::RegisterDate date = civic::ParseRegisterDate(birth);
  if (date.precision != civic::DatePrecision::kDay) return kBands;
  const auto age = civic::AgeAt(date.date, as_of, civic::AgeRule::kBirthday);
  return age ? std::min(static_cast<uint32_t>(*age) / 5, kBands - 1) : kBands;
}

// The codes of a column as leaves of its dimension.
template <typename LeafOf>
std::vector<uint32_t> Leaves(const CodedColumn& column, const LeafOf& leaf_of) {
  std::vector<uint32_t> leaf, codes;
  for (const std::string& value : column.dictionary()) leaf.push_back(leaf_of(value));
  codes.reserve(column.size());
  for (uint64_t i = 0; i < column.size(); ++i) codes.push_back(leaf[column.code(i)]);
  return codes;
}

}  // namespace

CityTable TabulateCity(uint64_t population) {
  civic::SynthOptions options;
  options.municipality = kHamamatsu;
  options.population = population;
  options.encoding = civic::Encoding::kUtf8;
  const std::string csv = Register(options);
  StringSource source(csv);
  CsvOptions load;
  load.columns = {"町字コード", "生年月日", "性別"};
  const CodedTable rows = *LoadCsv(source, load);

  const Grid grid = *Grid::Make({Towns(), Ages(), *Dimension::Flat("性別", {"1", "2"})});
  const auto find = [&](size_t d) {
    return [&grid, d](const std::string& v) { return static_cast<uint32_t>(grid.dim(d).Find(v)); };
  };
  const std::array<std::vector<uint32_t>, 3> codes = {
      Leaves(rows.column(0), find(0)),
      Leaves(rows.column(1), [&](const std::string& v) { return BandOf(v, options.as_of); }),
      Leaves(rows.column(2), find(2))};
  std::vector<CodeSpan> columns;
  for (const auto& c : codes) columns.push_back(std::span<const uint32_t>(c));
  return {grid, *TabulateCounts(grid, columns)};
}

}  // namespace oboro::sdc

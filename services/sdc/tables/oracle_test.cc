// Results of other tools, from ../shared/oracles: primaries must agree exactly, recorded intervals
// must be reproduced for recorded patterns, and ours must not need more secondaries.
#include <zlib.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/amounts.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc {
namespace {

std::string OraclePath(const std::string& name) {
  const char* shared = std::getenv("OBORO_SHARED_DIR");
  return std::string(shared != nullptr ? shared : "../shared") + "/oracles/" + name;
}

CellBounds ZeroBounds(const Grid& grid) { return {std::vector<int64_t>(grid.cell_count(), 0), {}}; }

// ---- tau-ARGUS simple2d --------------------------------------------------------------------

struct Simple2d {
  Grid grid;
  AmountTable table;
};

Simple2d LoadSimple2d() {
  static const std::map<int, std::string> kPart = {
      {1, "Nr"}, {2, "Nr"}, {3, "Nr"},  {4, "Os"},  {5, "Os"},  {6, "Os"}, {7, "Os"},
      {8, "Ws"}, {9, "Ws"}, {10, "Ws"}, {11, "Zd"}, {12, "Zd"}, {99, "99"}};
  std::vector<std::string> sizes = {" 2", " 4", " 5", " 6", " 7", " 8", " 9", "99"}, regions, parts;
  for (const auto& [code, part] : kPart) {
    regions.push_back(code < 10 ? " " + std::to_string(code) : std::to_string(code));
    parts.push_back(part);
  }
  const Grid grid = *Grid::Make({*Dimension::Flat("Size", sizes, "Total"),
                                 *Dimension::Hierarchical("Region", regions, {parts}, "Total")});
  std::vector<uint32_t> size_codes, region_codes;
  std::vector<int64_t> amounts;
  const gzFile file = gzopen(OraclePath("tauargus/simple2d/tau_testW.asc.gz").c_str(), "rb");
  char line[512];
  while (file != nullptr && gzgets(file, line, sizeof line) != nullptr) {
    const std::string text(line);
    if (text.size() < 40) continue;
    size_codes.push_back(static_cast<uint32_t>(grid.dim(0).Find(text.substr(8, 2))));
    region_codes.push_back(static_cast<uint32_t>(grid.dim(1).Find(text.substr(11, 2))));
    amounts.push_back(std::llround(std::strtod(text.substr(27, 10).c_str(), nullptr) * 100));
  }
  if (file != nullptr) gzclose(file);
  const std::vector<CodeSpan> columns = {std::span<const uint32_t>(size_codes),
                                         std::span<const uint32_t>(region_codes)};
  auto table = TabulateAmounts(grid, columns, amounts, {}, 2);
  EXPECT_TRUE(table.ok()) << table.status();
  return {grid, std::move(*table)};
}

TEST(TauArgus, Simple2dValuesAndPrimaries) {
  const Simple2d t = LoadSimple2d();
  AmountPolicy policy;
  policy.p_percent = 15;
  std::ifstream expected(OraclePath("tauargus/simple2d/expected_simple2d.txt"));
  int cells = 0, primaries = 0;
  for (std::string line; std::getline(expected, line);) {
    const std::string size = line.substr(1, line.find('"', 1) - 1);
    const size_t second = line.find('"', size.size() + 3) + 1;
    const std::string region = line.substr(second, line.find('"', second) - second);
    const size_t comma = line.find(',', second + region.size());
    const std::string value = line.substr(comma + 1, line.rfind(',') - comma - 1);
    const int status = std::atoi(line.substr(line.rfind(',') + 1).c_str());
    const int64_t s = t.grid.dim(0).Find(size), r = t.grid.dim(1).Find(region);
    ASSERT_GE(s, 0) << size;
    ASSERT_GE(r, 0) << region;
    const CellId cell = static_cast<CellId>(s * t.grid.stride(0) + r);
    const int64_t want = value == "-" ? 0 : std::llround(std::strtod(value.c_str(), nullptr) * 100);
    EXPECT_EQ(t.table.values[cell], want) << line;
    const bool primary = JudgeCell(t.table.cells[cell], t.table.values[cell], policy).primary;
    EXPECT_EQ(primary, status == 3) << line;
    ++cells;
    primaries += primary ? 1 : 0;
  }
  EXPECT_EQ(cells, 162);
  EXPECT_EQ(primaries, 9);
}

TEST(TauArgus, Simple2dSecondaries) {
  const Simple2d t = LoadSimple2d();
  AmountPolicy policy;
  policy.p_percent = 15;
  policy.singletons = false;
  const auto table = ProtectAmounts(t.grid, t.table, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(table->safe());
  EXPECT_EQ(table->primary, 9);
  EXPECT_LE(table->secondary, 12);
  RecordProperty("secondaries", static_cast<int>(table->secondary));
  policy.singletons = true;
  const auto guarded = ProtectAmounts(t.grid, t.table, policy);
  ASSERT_TRUE(guarded.ok());
  RecordProperty("secondaries_with_singletons", static_cast<int>(guarded->secondary));
  std::cout << "simple2d: " << table->secondary << " secondaries, with singletons "
            << guarded->secondary << ", exposed to insiders " << guarded->exposed.size() << "\n";
  // The exact attack agrees: every primary can be as far off as p % asks.
  const auto attack = Attack(t.grid, t.table.values, table->statuses, ZeroBounds(t.grid));
  ASSERT_TRUE(attack.ok());
  for (const CellInterval& x : attack->intervals) {
    if (table->statuses[x.cell] != CellStatus::kSuppressedPrimary) continue;
    const Sensitivity s = JudgeCell(t.table.cells[x.cell], t.table.values[x.cell], policy);
    EXPECT_GE(x.high, t.table.values[x.cell] + s.up);
    EXPECT_LE(x.low, t.table.values[x.cell] - s.down);
  }
}

// ---- sdcTable ------------------------------------------------------------------------------

TEST(SdcTable, RecordedIntervalsAndCounts) {
  std::ifstream file(OraclePath("sdctable/sdctable_runs.json"));
  const nlohmann::json runs = nlohmann::json::parse(file);
  int intervals = 0;
  for (const auto& run : runs) {
    const auto& cells = run["cells"];
    const Grid grid = *Grid::Make({*Dimension::Flat("region", {"A", "B", "C", "D"}, "Total"),
                                   *Dimension::Flat("gender", {"male", "female"}, "Total")});
    std::vector<int64_t> values(grid.cell_count());
    std::vector<CellStatus> statuses(grid.cell_count(), CellStatus::kValue);
    std::vector<CellId> ids;
    int64_t threshold = 0;
    for (size_t i = 0; i < cells["Freq"].size(); ++i) {
      const CellId c =
          static_cast<CellId>(grid.dim(0).Find(std::string(cells["region"][i])) * grid.stride(0) +
                              grid.dim(1).Find(std::string(cells["gender"][i])));
      ids.push_back(c);
      values[c] = cells["Freq"][i];
      const std::string s = cells["sdcStatus"][i];
      if (s == "u") {
        statuses[c] = CellStatus::kSuppressedPrimary;
        threshold = std::max(threshold, values[c] + 1);
      }
      if (s == "x") statuses[c] = CellStatus::kSuppressedSecondary;
    }
    const auto attack = Attack(grid, values, statuses, ZeroBounds(grid));
    ASSERT_TRUE(attack.ok()) << attack.status();
    const auto& recorded = run["attack"];
    for (size_t i = 0; i < recorded["id"].size(); ++i) {
      const CellId c = ids[static_cast<size_t>(recorded["id"][i]) - 1];
      for (const CellInterval& x : attack->intervals) {
        if (x.cell != c) continue;
        EXPECT_EQ(x.low, recorded["low"][i]) << run["name"] << run["method"];
        EXPECT_EQ(x.high, recorded["up"][i]) << run["name"] << run["method"];
        ++intervals;
      }
    }
    TablePolicy policy;
    policy.min_count = threshold;
    const auto ours = ProtectCounts(grid, values, policy);
    ASSERT_TRUE(ours.ok());
    EXPECT_TRUE(ours->safe());
    EXPECT_LE(ours->secondary, static_cast<int64_t>(run["status_counts"]["x"]));
    std::cout << run["name"] << " " << run["method"] << ": ours at P " << ours->secondary
              << ", sdcTable " << run["status_counts"]["x"] << "\n";
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      EXPECT_EQ(ours->statuses[c] == CellStatus::kSuppressedPrimary,
                statuses[c] == CellStatus::kSuppressedPrimary);
    }
  }
  EXPECT_EQ(intervals, 10);
}

// ---- GaussSuppression ----------------------------------------------------------------------

TEST(GaussSuppression, RecordedIntervals) {
  std::ifstream file(OraclePath("gausssuppression/gauss_intervals.json"));
  const nlohmann::json runs = nlohmann::json::parse(file);
  int intervals = 0;
  for (const auto& run : runs) {
    const auto& out = run["output"];
    // The output's columns other than the figures are the dimensions; "Total" is their margin.
    std::vector<std::string> names;
    static const std::set<std::string> kFigures = {"ant", "value",   "lo",
                                                   "up",  "primary", "suppressed"};
    for (const auto& [key, column] : out.items()) {
      if (!kFigures.contains(key)) names.push_back(key);
    }
    std::vector<Dimension> dims;
    for (const std::string& name : names) {
      std::set<std::string> labels;
      for (const auto& v : out[name]) {
        if (v != "Total") labels.insert(v);
      }
      dims.push_back(*Dimension::Flat(name, {labels.begin(), labels.end()}, "Total"));
    }
    const Grid grid = *Grid::Make(dims);
    const bool amounts = out.contains("value");
    const auto& figures = amounts ? out["value"] : out["ant"];
    std::vector<int64_t> values(grid.cell_count());
    std::vector<CellStatus> statuses(grid.cell_count(), CellStatus::kValue);
    std::map<CellId, size_t> row_of;
    for (size_t i = 0; i < figures.size(); ++i) {
      CellId c = 0;
      for (size_t d = 0; d < names.size(); ++d) {
        c += static_cast<CellId>(grid.dim(d).Find(std::string(out[names[d]][i]))) * grid.stride(d);
      }
      values[c] = std::llround(static_cast<double>(figures[i]) * (amounts ? 10 : 1));
      if (out["suppressed"][i]) statuses[c] = CellStatus::kSuppressedSecondary;
      if (out["primary"][i]) statuses[c] = CellStatus::kSuppressedPrimary;
      row_of[c] = i;
    }
    const auto attack = Attack(grid, values, statuses, ZeroBounds(grid));
    ASSERT_TRUE(attack.ok()) << attack.status();
    for (const CellInterval& x : attack->intervals) {
      const size_t i = row_of[x.cell];
      if (out["lo"][i].is_null()) continue;
      const double scale = amounts ? 10 : 1;
      EXPECT_EQ(x.low, std::llround(static_cast<double>(out["lo"][i]) * scale)) << run["name"];
      EXPECT_EQ(x.high, std::llround(static_cast<double>(out["up"][i]) * scale)) << run["name"];
      ++intervals;
    }
    if (amounts) continue;  // the same table as magnitude1_dominance_1_80 below
    TablePolicy policy;
    policy.min_count = run["params"]["maxN"].get<int64_t>() + 1;
    policy.zeros = ZeroPolicy::kProtected;
    policy.level = ProtectionLevel::kR;
    const auto ours = ProtectCounts(grid, values, policy);
    ASSERT_TRUE(ours.ok()) << ours.status();
    EXPECT_TRUE(ours->safe());
    int64_t secondaries = 0;
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      EXPECT_EQ(ours->statuses[c] == CellStatus::kSuppressedPrimary,
                statuses[c] == CellStatus::kSuppressedPrimary);
      secondaries += statuses[c] == CellStatus::kSuppressedSecondary ? 1 : 0;
    }
    std::cout << run["name"] << ": ours " << ours->secondary << ", GaussSuppression " << secondaries
              << "\n";
    EXPECT_LE(ours->secondary, secondaries) << run["name"];
  }
  EXPECT_GE(intervals, 7);
}

// The runs' dimension "region" with its groups: every other input column that is not the second
// dimension is a hierarchy over it.
Dimension RegionOf(const nlohmann::json& input, const std::string& name,
                   const std::vector<std::string>& groups) {
  std::vector<std::string> labels;
  std::vector<std::vector<std::string>> levels(groups.size());
  const auto text = [](const nlohmann::json& v) {
    return v.is_string() ? v.get<std::string>() : v.dump();
  };
  for (size_t i = 0; i < input[name].size(); ++i) {
    const std::string label = text(input[name][i]);
    if (std::find(labels.begin(), labels.end(), label) != labels.end()) continue;
    labels.push_back(label);
    for (size_t g = 0; g < groups.size(); ++g) levels[g].push_back(text(input[groups[g]][i]));
  }
  std::vector<std::vector<std::string>> first;
  if (!groups.empty()) first.push_back(levels[0]);
  Dimension dim = *Dimension::Hierarchical(name, labels, first, "Total");
  for (size_t g = 1; g < groups.size(); ++g) EXPECT_TRUE(dim.AddHierarchy({levels[g]}).ok());
  return dim;
}

TEST(GaussSuppression, CountTablesNeedNoMoreSecondaries) {
  struct Case {
    std::string name, region, income, value;
    std::vector<std::string> groups;
    int64_t threshold;
    ZeroPolicy zeros;
  };
  const std::vector<Case> cases = {{"d2_smallcounts_maxN3_formula",
                                    "region",
                                    "main_income",
                                    "freq",
                                    {"county", "k_group"},
                                    4,
                                    ZeroPolicy::kProtected},
                                   {"d2_smallcounts_maxN3_protectZerosFALSE",
                                    "region",
                                    "main_income",
                                    "freq",
                                    {"county", "k_group"},
                                    4,
                                    ZeroPolicy::kOpen},
                                   {"z2_smallcounts_maxN5",
                                    "region",
                                    "hovedint",
                                    "ant",
                                    {"fylke", "kostragr"},
                                    6,
                                    ZeroPolicy::kProtected}};
  std::ifstream file(OraclePath("gausssuppression/gauss_runs.json"));
  const nlohmann::json runs = nlohmann::json::parse(file);
  for (const Case& k : cases) {
    for (const auto& run : runs) {
      if (run["name"] != k.name) continue;
      const auto& in = run["input"];
      const Grid grid = *Grid::Make({RegionOf(in, k.region, k.groups), RegionOf(in, k.income, {})});
      std::vector<int64_t> values(grid.cell_count(), 0);
      for (size_t i = 0; i < in[k.value].size(); ++i) {
        values[grid.dim(0).Find(std::string(in[k.region][i])) * grid.stride(0) +
               grid.dim(1).Find(std::string(in[k.income][i]))] += in[k.value][i].get<int64_t>();
      }
      grid.FillMargins(values);
      TablePolicy policy;
      policy.min_count = k.threshold;
      policy.zeros = k.zeros;
      policy.level = ProtectionLevel::kR;
      const auto ours = ProtectCounts(grid, values, policy);
      ASSERT_TRUE(ours.ok()) << ours.status();
      EXPECT_TRUE(ours->safe());
      int64_t secondaries = 0;
      const auto& out = run["output"];
      for (size_t i = 0; i < out["primary"].size(); ++i) {
        const CellId c =
            static_cast<CellId>(grid.dim(0).Find(std::string(out[k.region][i])) * grid.stride(0) +
                                grid.dim(1).Find(std::string(out[k.income][i])));
        ASSERT_EQ(values[c], out[k.value][i].get<int64_t>()) << k.name << " row " << i;
        EXPECT_EQ(ours->statuses[c] == CellStatus::kSuppressedPrimary,
                  out["primary"][i].get<bool>());
        secondaries += out["suppressed"][i].get<bool>() && !out["primary"][i].get<bool>() ? 1 : 0;
      }
      std::cout << k.name << ": ours " << ours->secondary << ", GaussSuppression " << secondaries
                << "\n";
      EXPECT_LE(ours->secondary, secondaries) << k.name;
    }
  }
}

TEST(GaussSuppression, AmountTablesNeedNoMoreSecondaries) {
  std::ifstream file(OraclePath("gausssuppression/gauss_runs.json"));
  const nlohmann::json runs = nlohmann::json::parse(file);
  for (const auto& run : runs) {
    AmountPolicy policy;
    policy.level = ProtectionLevel::kR;
    policy.singletons = false;
    if (run["name"] == "magnitude1_dominance_1_80") {
      policy.dominance_n = 1, policy.dominance_k = 80;
    } else if (run["name"] == "magnitude1_ppercent_10") {
      policy.p_percent = 10;
    } else {
      continue;
    }
    const auto& in = run["input"];
    const Grid grid = *Grid::Make({RegionOf(in, "sector4", {}), RegionOf(in, "geo", {})});
    std::vector<uint32_t> sector, geo;
    std::vector<int64_t> amounts;
    for (size_t i = 0; i < in["geo"].size(); ++i) {
      sector.push_back(static_cast<uint32_t>(grid.dim(0).Find(std::string(in["sector4"][i]))));
      geo.push_back(static_cast<uint32_t>(grid.dim(1).Find(std::string(in["geo"][i]))));
      amounts.push_back(std::llround(in["value"][i].get<double>() * 10));
    }
    const std::vector<CodeSpan> columns = {std::span<const uint32_t>(sector),
                                           std::span<const uint32_t>(geo)};
    const auto table = TabulateAmounts(grid, columns, amounts, {}, 2);
    ASSERT_TRUE(table.ok());
    const auto ours = ProtectAmounts(grid, *table, policy);
    ASSERT_TRUE(ours.ok()) << ours.status();
    EXPECT_TRUE(ours->safe());
    int64_t secondaries = 0;
    const auto& out = run["output"];
    for (size_t i = 0; i < out["primary"].size(); ++i) {
      const CellId c =
          static_cast<CellId>(grid.dim(0).Find(std::string(out["sector4"][i])) * grid.stride(0) +
                              grid.dim(1).Find(std::string(out["geo"][i])));
      EXPECT_EQ(ours->statuses[c] == CellStatus::kSuppressedPrimary, out["primary"][i].get<bool>());
      secondaries += out["suppressed"][i].get<bool>() && !out["primary"][i].get<bool>() ? 1 : 0;
    }
    std::cout << run["name"] << ": ours " << ours->secondary << ", GaussSuppression " << secondaries
              << "\n";
    EXPECT_LE(ours->secondary, secondaries) << run["name"];
  }
}

// Three tables over one set of contributions, in one system: sector4 x geo, sector2 x eu and
// sector4 x eu, as the formula of the recorded run lists them; sector2 x geo is not published.
TEST(GaussSuppression, LinkedAmountTablesNeedNoMoreSecondaries) {
  std::ifstream file(OraclePath("gausssuppression/gauss_runs.json"));
  const nlohmann::json runs = nlohmann::json::parse(file);
  for (const auto& run : runs) {
    if (run["name"] != "magnitude1_linked_three_formulas") continue;
    const auto& in = run["input"];
    const Grid grid =
        *Grid::Make({RegionOf(in, "sector4", {"sector2"}), RegionOf(in, "geo", {"eu"})});
    std::vector<uint32_t> sector, geo;
    std::vector<int64_t> amounts;
    for (size_t i = 0; i < in["geo"].size(); ++i) {
      sector.push_back(static_cast<uint32_t>(grid.dim(0).Find(std::string(in["sector4"][i]))));
      geo.push_back(static_cast<uint32_t>(grid.dim(1).Find(std::string(in["geo"][i]))));
      amounts.push_back(std::llround(in["value"][i].get<double>() * 10));
    }
    const std::vector<CodeSpan> columns = {std::span<const uint32_t>(sector),
                                           std::span<const uint32_t>(geo)};
    const auto table = TabulateAmounts(grid, columns, amounts, {}, 2);
    ASSERT_TRUE(table.ok());
    const auto& out = run["output"];
    AmountPolicy policy;
    policy.level = ProtectionLevel::kR;
    policy.singletons = false;
    policy.min_contributors = 2;  // maxN = 1
    policy.shown.assign(grid.cell_count(), 0);
    std::vector<CellId> cells;
    for (size_t i = 0; i < out["primary"].size(); ++i) {
      const int64_t s = grid.dim(0).Find(std::string(out["sector4"][i]));
      const int64_t g = grid.dim(1).Find(std::string(out["geo"][i]));
      ASSERT_GE(s, 0);
      ASSERT_GE(g, 0);
      cells.push_back(static_cast<CellId>(s * grid.stride(0) + g));
      policy.shown[cells.back()] = 1;
    }
    const auto ours = ProtectAmounts(grid, *table, policy);
    ASSERT_TRUE(ours.ok()) << ours.status();
    EXPECT_TRUE(ours->safe());
    int64_t secondaries = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
      EXPECT_EQ(ours->statuses[cells[i]] == CellStatus::kSuppressedPrimary,
                out["primary"][i].get<bool>())
          << out["sector4"][i] << " " << out["geo"][i];
      secondaries += out["suppressed"][i].get<bool>() && !out["primary"][i].get<bool>() ? 1 : 0;
    }
    std::cout << run["name"] << ": ours " << ours->secondary << ", GaussSuppression " << secondaries
              << "\n";
    EXPECT_LE(ours->secondary, secondaries);
    // From outside: what is shown leaves every suppressed cell open.
    std::vector<int64_t> published(table->values);
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      if (IsUnknown(ours->statuses[c])) published[c] = 0;
    }
    const auto attack = Attack(grid, published, ours->statuses, ZeroBounds(grid));
    ASSERT_TRUE(attack.ok()) << attack.status();
    EXPECT_EQ(attack->inexact, 0u);
    for (const CellInterval& x : attack->intervals) EXPECT_LT(x.low, x.high);
    return;
  }
  FAIL() << "the linked run is missing";
}

}  // namespace
}  // namespace oboro::sdc

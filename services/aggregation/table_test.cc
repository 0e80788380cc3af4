#include "services/aggregation/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "services/aggregation/aggregation_function.h"
#include "services/aggregation/natural_order.h"
#include "services/platform/base/status.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/jobs/memory_job_io.h"

namespace oboro::aggregation {
namespace {

using platform::ColumnBatch;
using platform::HasReason;
using ::testing::ElementsAre;

// Records of three columns with skewed, seeded values.
ColumnBatch Records3(int rows, uint32_t seed) {
  std::mt19937 random(seed);
  ColumnBatch batch;
  batch.rows = rows;
  const std::vector<std::pair<std::string, std::vector<std::string>>> columns = {
      {"town", {"001 東町", "002 西町", "003 南町", "004 北町", "010 中町"}},
      {"age_band", {"0-4歳", "10-14歳", "100歳以上", "5-9歳"}},
      {"sex", {"女", "男"}}};
  for (const auto& [name, values] : columns) {
    ColumnBatch::Column column{name, values, {}};
    std::geometric_distribution<uint32_t> skewed(0.4);
    for (int i = 0; i < rows; ++i) {
      column.codes.push_back(skewed(random) % static_cast<uint32_t>(values.size()));
    }
    batch.columns.push_back(std::move(column));
  }
  return batch;
}

std::string Label(const ColumnBatch& batch, size_t column, int64_t row) {
  const auto& c = batch.columns[column];
  return c.dictionary[c.codes[static_cast<size_t>(row)]];
}

// Counts with all margins, by a map over labels: shares nothing with the engine.
std::map<std::vector<std::string>, int64_t> CountByLabels(const ColumnBatch& batch) {
  std::map<std::vector<std::string>, int64_t> counts;
  for (int64_t row = 0; row < batch.rows; ++row) {
    for (int margin = 0; margin < 8; ++margin) {
      std::vector<std::string> key;
      for (size_t d = 0; d < 3; ++d) {
        key.push_back((margin >> d & 1) != 0 ? kMarginLabel : Label(batch, d, row));
      }
      ++counts[key];
    }
  }
  return counts;
}

TableRequest Ask(const std::vector<std::string>& columns, MeasureSpec measure = {}) {
  TableRequest request;
  for (const std::string& column : columns) request.spec.axes.push_back({column, {}});
  request.spec.measure = std::move(measure);
  request.min_count = 10;
  return request;
}

// A table as it is stored.
struct Shown {
  std::vector<ShownDimension> dimensions;
  ColumnBatch cells;
  Suppressions suppressed;
};

absl::StatusOr<Shown> Build(const ColumnBatch& batch, const TableRequest& request) {
  const Records records(batch);
  ASSIGN_OR_RETURN(const Counted counted, Count(records, request));
  ASSIGN_OR_RETURN(const Protected table, Protect(counted, request));
  RETURN_IF_ERROR(CheckProven(table));
  return Shown{counted.shape.shown, ToColumns(counted, table), CountSuppressed(table)};
}

std::vector<std::string> Key(const Shown& table, int64_t cell) {
  std::vector<std::string> key;
  for (size_t d = 0; d < table.dimensions.size(); ++d) key.push_back(Label(table.cells, d, cell));
  return key;
}

std::string ValueAt(const Shown& table, int64_t cell) {
  return Label(table.cells, table.dimensions.size(), cell);
}
std::string StatusAt(const Shown& table, int64_t cell) {
  return Label(table.cells, table.dimensions.size() + 1, cell);
}

// The shown value of the cell with these labels; "" where suppressed, "-" where there is no cell.
std::string Find(const Shown& table, const std::vector<std::string>& labels) {
  for (int64_t cell = 0; cell < table.cells.rows; ++cell) {
    if (Key(table, cell) == labels) return ValueAt(table, cell);
  }
  return "-";
}

TEST(TableTest, ShownCellsAreTheCountsAndSmallOnesAreNeverShown) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    const ColumnBatch batch = Records3(700, seed);
    ASSERT_OK_AND_ASSIGN(const Shown table, Build(batch, Ask({"town", "age_band", "sex"})));
    auto counts = CountByLabels(batch);
    int64_t suppressed = 0;
    for (int64_t cell = 0; cell < table.cells.rows; ++cell) {
      const int64_t count = counts[Key(table, cell)];
      if (StatusAt(table, cell) == "VALUE") {
        EXPECT_EQ(ValueAt(table, cell), std::to_string(count));
        EXPECT_FALSE(count > 0 && count < 10);
      } else {
        EXPECT_EQ(ValueAt(table, cell), "") << "the true value must not be kept";
        ++suppressed;
      }
    }
    EXPECT_EQ(suppressed, table.suppressed.primary + table.suppressed.secondary);
    EXPECT_GT(table.suppressed.primary, 0);
  }
}

TEST(TableTest, MembersStandInNaturalOrderMarginLast) {
  ASSERT_OK_AND_ASSIGN(const Shown table, Build(Records3(500, 7), Ask({"age_band"})));
  EXPECT_THAT(table.dimensions[0].members,
              ElementsAre("0-4歳", "5-9歳", "10-14歳", "100歳以上", kMarginLabel));
  EXPECT_THAT(table.dimensions[0].parents, ElementsAre(4, 4, 4, 4, -1));
}

TEST(TableTest, ResultDoesNotDependOnTheOrderOfRecords) {
  const ColumnBatch batch = Records3(600, 3);
  ColumnBatch turned = batch;
  for (auto& column : turned.columns) std::reverse(column.codes.begin(), column.codes.end());
  ASSERT_OK_AND_ASSIGN(const Shown a, Build(batch, Ask({"town", "sex"})));
  ASSERT_OK_AND_ASSIGN(const Shown b, Build(turned, Ask({"town", "sex"})));
  for (int64_t cell = 0; cell < a.cells.rows; ++cell) {
    EXPECT_EQ(ValueAt(a, cell), ValueAt(b, cell));
    EXPECT_EQ(StatusAt(a, cell), StatusAt(b, cell));
  }
}

TEST(TableTest, RefusesUnknownColumnsHugeTablesAndNoRecords) {
  EXPECT_THAT(Build(Records3(10, 1), Ask({"colour"})), HasReason("UNKNOWN_DIMENSION"));
  ColumnBatch wide;
  wide.rows = 1;
  for (const char* name : {"a", "b", "c"}) {
    ColumnBatch::Column column{name, {}, {0}};
    for (int i = 0; i < 200; ++i) column.dictionary.push_back(std::to_string(i));
    wide.columns.push_back(std::move(column));
  }
  EXPECT_THAT(Build(wide, Ask({"a", "b", "c"})), HasReason("TABLE_TOO_LARGE"));
  EXPECT_THAT(Build(ColumnBatch{{{"a", {}, {}}}, 0}, Ask({"a"})), HasReason("NO_RECORDS"));
}

// Columns given row by row.
ColumnBatch Rows(const std::vector<std::string>& names,
                 const std::vector<std::pair<std::vector<std::string>, int>>& rows) {
  ColumnBatch batch;
  for (size_t c = 0; c < names.size(); ++c) {
    ColumnBatch::Column column{names[c], {}, {}};
    std::map<std::string, uint32_t> codes;
    for (const auto& [values, times] : rows) codes.try_emplace(values[c], 0);
    for (auto& [value, code] : codes) {
      code = static_cast<uint32_t>(column.dictionary.size());
      column.dictionary.push_back(value);
    }
    for (const auto& [values, times] : rows) {
      column.codes.insert(column.codes.end(), static_cast<size_t>(times), codes[values[c]]);
    }
    batch.rows = static_cast<int64_t>(column.codes.size());
    batch.columns.push_back(std::move(column));
  }
  return batch;
}

TEST(HierarchyTest, GroupsStandBehindTheirMembersAndHaveTheirSums) {
  // ward 中 holds towns 2 and 10, ward 東 holds town 中 (a name twice) and town 3.
  const ColumnBatch batch = Rows({"town", "ward", "city"}, {{{"2町", "中", "市"}, 30},
                                                            {{"10町", "中", "市"}, 40},
                                                            {{"中", "東", "市"}, 50},
                                                            {{"3町", "東", "市"}, 60}});
  TableRequest request = Ask({"town"});
  request.spec.axes[0].within = {"ward", "city"};
  ASSERT_OK_AND_ASSIGN(const Shown table, Build(batch, request));
  EXPECT_THAT(table.dimensions[0].members,
              ElementsAre("2町", "10町", "中（ward）", "3町", "中", "東", kMarginLabel));
  EXPECT_THAT(table.dimensions[0].parents, ElementsAre(2, 2, 6, 5, 5, 6, -1));
  EXPECT_THAT(table.dimensions[0].within, ElementsAre("ward"));
  EXPECT_EQ(Find(table, {"中（ward）"}), "70");
  EXPECT_EQ(Find(table, {"東"}), "110");
  EXPECT_EQ(Find(table, {kMarginLabel}), "180");
}

TEST(HierarchyTest, AValueInTwoGroupsIsNamed) {
  const ColumnBatch batch =
      Rows({"town", "school"}, {{{"吾妻", "第一"}, 3}, {{"森", "第一"}, 2}, {{"吾妻", "第二"}, 1}});
  TableRequest request = Ask({"town"});
  request.spec.axes[0].within = {"school"};
  const absl::Status refused = Build(batch, request).status();
  EXPECT_THAT(refused, HasReason("NOT_NESTED"));
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("吾妻"));
}

TEST(HierarchyTest, ASmallGroupInAHierarchyIsHidden) {
  const ColumnBatch batch = Rows(
      {"town", "ward"},
      {{{"a", "x"}, 30}, {{"b", "x"}, 3}, {{"c", "y"}, 40}, {{"d", "y"}, 50}, {{"e", "y"}, 60}});
  TableRequest request = Ask({"town"});
  request.spec.axes[0].within = {"ward"};
  ASSERT_OK_AND_ASSIGN(const Shown table, Build(batch, request));
  EXPECT_EQ(Find(table, {"b"}), "");
  EXPECT_TRUE(Find(table, {"a"}).empty() || Find(table, {"x"}).empty());
}

TEST(MeasureTest, FiltersKeepOnlyTheirValues) {
  const ColumnBatch batch = Records3(3000, 5);
  TableRequest request = Ask({"town"});
  request.spec.filters = {{"age_band", {"0-4歳", "nobody's"}}, {"sex", {"女"}}};
  ASSERT_OK_AND_ASSIGN(const Shown table, Build(batch, request));
  auto counts = CountByLabels(batch);
  EXPECT_EQ(Find(table, {"001 東町"}), std::to_string(counts[{"001 東町", "0-4歳", "女"}]));
  EXPECT_EQ(Find(table, {kMarginLabel}), std::to_string(counts[{kMarginLabel, "0-4歳", "女"}]));
}

// Three people a household, all of one town, of both sexes.
ColumnBatch Households(int households) {
  std::vector<std::pair<std::vector<std::string>, int>> rows;
  for (int h = 0; h < households; ++h) {
    const std::string id = "h" + std::to_string(h);
    const std::string town = h % 3 == 0 ? "a" : "b";
    rows.push_back({{town, "女", id, id + "-1", "300"}, 1});
    rows.push_back({{town, "女", id, id + "-2", "200"}, 1});
    rows.push_back({{town, "男", id, id + "-3", "100"}, 1});
  }
  return Rows({"town", "sex", "household", "person", "tax"}, rows);
}

TEST(MeasureTest, HouseholdsCountOnceWhereTheyLieWhole) {
  ASSERT_OK_AND_ASSIGN(
      const Shown table,
      Build(Households(90), Ask({"town"}, {MeasureKind::kHouseholds, "household"})));
  EXPECT_EQ(Find(table, {"a"}), "30");
  EXPECT_EQ(Find(table, {kMarginLabel}), "90");
}

TEST(MeasureTest, HouseholdsThatLieInSeveralCellsCountOnceInEachAndInTheirMargins) {
  ASSERT_OK_AND_ASSIGN(
      const Shown table,
      Build(Households(90), Ask({"town", "sex"}, {MeasureKind::kHouseholds, "household"})));
  EXPECT_EQ(Find(table, {"a", "女"}), "30");
  EXPECT_EQ(Find(table, {"a", "男"}), "30");
  EXPECT_EQ(Find(table, {"a", kMarginLabel}), "30");
  EXPECT_EQ(Find(table, {kMarginLabel, "女"}), "90");
  EXPECT_EQ(Find(table, {kMarginLabel, kMarginLabel}), "90");
}

// Random households of one to four people in towns, their ages all different things.
ColumnBatch Families(int households, uint32_t seed) {
  std::mt19937 random(seed);
  std::geometric_distribution<int> skewed(0.4);
  std::vector<std::pair<std::vector<std::string>, int>> rows;
  for (int h = 0; h < households; ++h) {
    const std::string town = "t" + std::to_string(std::min(skewed(random), 4));
    for (uint32_t member = 0; member < 1 + random() % 4; ++member) {
      const std::string age = "a" + std::to_string(std::min(skewed(random), 4));
      rows.push_back({{town, age, "h" + std::to_string(h)}, 1});
    }
  }
  return Rows({"town", "age", "household"}, rows);
}

TEST(MeasureTest, TablesThatDoNotAddUpShowTrueFiguresAndNoSmallOne) {
  int hidden = 0;
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    const ColumnBatch batch = Families(200, seed);
    std::map<std::vector<std::string>, std::set<std::string>> households;
    const auto label = [&](int column, int64_t row) {
      const auto& own = batch.columns[column];
      return own.dictionary[own.codes[row]];
    };
    for (int64_t row = 0; row < batch.rows; ++row) {
      for (const std::string& town : {label(0, row), std::string(kMarginLabel)}) {
        for (const std::string& age : {label(1, row), std::string(kMarginLabel)}) {
          households[{town, age}].insert(label(2, row));
        }
      }
    }
    ASSERT_OK_AND_ASSIGN(
        const Shown table,
        Build(batch, Ask({"town", "age"}, {MeasureKind::kHouseholds, "household"})));
    for (const auto& [cell, ids] : households) {
      const std::string shown = Find(table, cell);
      hidden += shown.empty() ? 1 : 0;
      if (ids.size() < 10) {
        EXPECT_EQ(shown, "") << cell[0] << " " << cell[1] << " seed " << seed;
      } else if (!shown.empty()) {
        EXPECT_EQ(shown, std::to_string(ids.size()));
      }
    }
  }
  EXPECT_GT(hidden, 5);
}

TEST(MeasureTest, LargeTablesThatDoNotAddUpAreRefused) {
  std::vector<std::pair<std::vector<std::string>, int>> rows;
  for (int i = 0; i < 500; ++i) {
    rows.push_back(
        {{std::to_string(i % 250), std::to_string((i * 7) % 249), "h" + std::to_string(i / 2)}, 1});
  }
  EXPECT_THAT(Build(Rows({"x", "y", "household"}, rows),
                    Ask({"x", "y"}, {MeasureKind::kHouseholds, "household"})),
              HasReason("MEASURE_NOT_ADDITIVE"));
}

TEST(MeasureTest, PersonsWithOneRecordEachAreRecords) {
  const Records records(Households(90));
  ASSERT_OK_AND_ASSIGN(const Counted persons,
                       Count(records, Ask({"town", "sex"}, {MeasureKind::kPersons, "person"})));
  ASSERT_OK_AND_ASSIGN(const Counted counts, Count(records, Ask({"town", "sex"})));
  EXPECT_EQ(persons.parts[0].values, counts.parts[0].values);
  EXPECT_EQ(persons.parts[0].measure, "");
}

TEST(MeasureTest, SumsAndMeansFollowThePercentRule) {
  TableRequest request = Ask({"town"}, {MeasureKind::kSum, "tax"});
  request.amounts.p_percent = 15;
  request.amounts.min_contributors = 3;
  request.spec.contributor = "household";
  ASSERT_OK_AND_ASSIGN(const Shown sums, Build(Households(90), request));
  EXPECT_EQ(Find(sums, {"a"}), "18000");
  request.spec.measure.kind = MeasureKind::kMean;
  ASSERT_OK_AND_ASSIGN(const Shown means, Build(Households(90), request));
  EXPECT_EQ(Find(means, {"a"}), "200");
  // One household of three people: the sum is its own.
  ColumnBatch batch = Rows({"town", "household", "tax"}, {{{"a", "h1", "500"}, 3},
                                                          {{"b", "h2", "100"}, 20},
                                                          {{"b", "h3", "100"}, 20},
                                                          {{"b", "h4", "100"}, 20},
                                                          {{"b", "h5", "100"}, 20},
                                                          {{"c", "h6", "100"}, 20},
                                                          {{"c", "h7", "100"}, 20},
                                                          {{"c", "h8", "100"}, 20},
                                                          {{"c", "h9", "100"}, 20}});
  request.spec.measure.kind = MeasureKind::kSum;
  ASSERT_OK_AND_ASSIGN(const Shown few, Build(batch, request));
  EXPECT_EQ(Find(few, {"a"}), "");
  EXPECT_GT(few.suppressed.secondary, 0);
  batch.columns[2].dictionary[0] = "n/a";
  EXPECT_THAT(Build(batch, request), HasReason("COLUMN_NOT_AMOUNT"));
}

TEST(NaturalLessTest, CountsRunsOfDigits) {
  EXPECT_TRUE(NaturalLess("5-9歳", "10-14歳"));
  EXPECT_TRUE(NaturalLess("95-99歳", "100歳以上"));
  EXPECT_TRUE(NaturalLess("100歳以上", "不詳"));
  EXPECT_FALSE(NaturalLess("a", "a"));
  EXPECT_NE(NaturalLess("07", "7"), NaturalLess("7", "07"));
}

// The job function on real Parquet: what it stores, read back, is the protected table.
TEST(AggregationFunctionTest, WritesTheProtectedTableAndKeepsNoSuppressedValue) {
  const ColumnBatch batch = Records3(800, 11);
  std::string parquet;
  ASSERT_OK_AND_ASSIGN(const auto writer,
                       platform::ParquetWriter::Create({"town", "age_band", "sex"}, 1));
  ASSERT_OK(writer->Append(batch));
  ASSERT_OK(writer->Finish([&](absl::string_view bytes) {
    parquet.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }));
  auto params = nlohmann::json::parse(RequestText(Ask({"town", "sex"})));
  platform::MemoryJobIo unaware(params.dump());
  EXPECT_FALSE(RunAggregation(unaware).ok())
      << "without the ledger nothing is known of what is out";
  params["ledger"] = nlohmann::json::array();
  platform::MemoryJobIo io(params.dump());
  io.SetInput("abstraction", parquet);
  ASSERT_OK_AND_ASSIGN(const std::string result, RunAggregation(io));
  const auto json = nlohmann::json::parse(result);
  EXPECT_EQ(json["cells"], 18);
  ASSERT_NE(io.Output("statistic"), nullptr);

  absl::string_view rest = *io.Output("statistic");
  ASSERT_OK_AND_ASSIGN(const ColumnBatch stored,
                       platform::ReadParquet(
                           [&rest]() -> absl::StatusOr<absl::string_view> {
                             const absl::string_view piece = rest;
                             rest = {};
                             return piece;
                           },
                           {}, 1));
  EXPECT_EQ(stored.rows, 18);
  int64_t suppressed = 0;
  for (int64_t row = 0; row < stored.rows; ++row) {
    if (Label(stored, 3, row) == "VALUE") continue;
    EXPECT_EQ(Label(stored, 2, row), "");
    ++suppressed;
  }
  EXPECT_EQ(suppressed, json["primary"].get<int64_t>() + json["secondary"].get<int64_t>());
}

TEST(AggregationFunctionTest, WithoutAThresholdNothingIsMade) {
  TableRequest request = Ask({"town"});
  request.min_count = 0;
  platform::MemoryJobIo io(RequestText(request));
  EXPECT_FALSE(RunAggregation(io).ok());
}

}  // namespace
}  // namespace oboro::aggregation

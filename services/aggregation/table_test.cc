#include "services/aggregation/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "services/aggregation/aggregation_function.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/jobs/memory_job_io.h"

namespace oboro::aggregation {
namespace {

using platform::ColumnBatch;
using platform::HasReason;
using ::testing::ElementsAre;

// Records of three columns with skewed, seeded values.
ColumnBatch Records(int rows, uint32_t seed) {
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
std::map<std::vector<std::string>, int64_t> Count(const ColumnBatch& batch) {
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

std::vector<std::string> Key(const Table& table, size_t cell) {
  std::vector<std::string> key(table.dimensions.size());
  for (size_t d = table.dimensions.size(); d-- > 0;) {
    const auto& members = table.dimensions[d].members;
    key[d] = members[cell % members.size()];
    cell /= members.size();
  }
  return key;
}

TEST(TableTest, ShownCellsAreTheCountsAndSmallOnesAreNeverShown) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    const ColumnBatch batch = Records(700, seed);
    ASSERT_OK_AND_ASSIGN(const Table table, BuildTable(batch, {{"town", "age_band", "sex"}, 10}));
    auto counts = Count(batch);
    int64_t suppressed = 0;
    for (size_t cell = 0; cell < table.values.size(); ++cell) {
      const int64_t count = counts[Key(table, cell)];
      if (table.statuses[cell] == "VALUE") {
        EXPECT_EQ(table.values[cell], count);
        EXPECT_FALSE(count > 0 && count < 10);
      } else {
        EXPECT_EQ(table.values[cell], 0) << "the true value must not be kept";
        ++suppressed;
      }
    }
    EXPECT_EQ(suppressed, table.primary + table.secondary);
    EXPECT_GT(table.primary, 0);
  }
}

TEST(TableTest, MembersStandInNaturalOrderMarginLast) {
  ASSERT_OK_AND_ASSIGN(const Table table, BuildTable(Records(500, 7), {{"age_band"}, 10}));
  EXPECT_THAT(table.dimensions[0].members,
              ElementsAre("0-4歳", "5-9歳", "10-14歳", "100歳以上", kMarginLabel));
}

TEST(TableTest, ResultDoesNotDependOnTheOrderOfRecords) {
  const ColumnBatch batch = Records(600, 3);
  ColumnBatch turned = batch;
  for (auto& column : turned.columns) std::reverse(column.codes.begin(), column.codes.end());
  ASSERT_OK_AND_ASSIGN(const Table a, BuildTable(batch, {{"town", "sex"}, 10}));
  ASSERT_OK_AND_ASSIGN(const Table b, BuildTable(turned, {{"town", "sex"}, 10}));
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.statuses, b.statuses);
}

TEST(TableTest, RefusesUnknownColumnsAndHugeTables) {
  EXPECT_THAT(BuildTable(Records(10, 1), {{"colour"}, 10}), HasReason("UNKNOWN_DIMENSION"));
  ColumnBatch wide;
  wide.rows = 1;
  for (const char* name : {"a", "b", "c"}) {
    ColumnBatch::Column column{name, {}, {0}};
    for (int i = 0; i < 200; ++i) column.dictionary.push_back(std::to_string(i));
    wide.columns.push_back(std::move(column));
  }
  EXPECT_THAT(BuildTable(wide, {{"a", "b", "c"}, 10}), HasReason("TABLE_TOO_LARGE"));
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
  const ColumnBatch batch = Records(800, 11);
  std::string parquet;
  ASSERT_OK_AND_ASSIGN(const auto writer,
                       platform::ParquetWriter::Create({"town", "age_band", "sex"}, 1));
  ASSERT_OK(writer->Append(batch));
  ASSERT_OK(writer->Finish([&](absl::string_view bytes) {
    parquet.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }));
  platform::MemoryJobIo io(R"({"dimensions": ["town", "sex"], "min_count": 10,
                               "zeros_protected": false, "threads": 1})");
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
  platform::MemoryJobIo io(R"({"dimensions": ["town"]})");
  EXPECT_FALSE(RunAggregation(io).ok());
}

}  // namespace
}  // namespace oboro::aggregation

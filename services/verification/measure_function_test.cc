#include "services/verification/measure_function.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/jobs/memory_job_io.h"
#include "services/verification/column_scan.h"

namespace oboro::verification {
namespace {

using platform::ColumnBatch;

std::string Parquet(const std::vector<std::string>& names,
                    const std::vector<std::vector<std::string>>& rows) {
  ColumnBatch batch;
  batch.rows = static_cast<int64_t>(rows.size());
  for (size_t c = 0; c < names.size(); ++c) {
    ColumnBatch::Column column{names[c], {}, {}};
    for (const auto& row : rows) {
      column.codes.push_back(static_cast<uint32_t>(column.dictionary.size()));
      column.dictionary.push_back(row[c]);
    }
    batch.columns.push_back(std::move(column));
  }
  auto writer = platform::ParquetWriter::Create(names, 1);
  EXPECT_OK(writer);
  EXPECT_OK((*writer)->Append(batch));
  std::string file;
  EXPECT_OK((*writer)->Finish([&file](absl::string_view bytes) {
    file.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }));
  return file;
}

const char kParams[] = R"({"links": ["person"], "measures": [
    {"quasi_identifiers": ["age", "sex"], "sensitive": ["illness"]},
    {"quasi_identifiers": [], "sensitive": ["illness"]}], "k": 3})";

TEST(Measure, FiguresOfASmallTableWorkedOutByHand) {
  platform::MemoryJobIo io(kParams, 1000);
  const std::string link(32, 'a');
  // Classes (age, sex): (0,男) x3 with 2 illnesses, (0,女) x1, (5,男) x2 with one illness.
  io.SetInput("abstraction",
              Parquet({"person", "age", "sex", "illness"}, {{link, "0-4歳", "男", "A"},
                                                            {link, "0-4歳", "男", "B"},
                                                            {link, "0-4歳", "男", "A"},
                                                            {link, "0-4歳", "女", "A"},
                                                            {link, "5-9歳", "男", "C"},
                                                            {link, "5-9歳", "男", "C"}}));
  ASSERT_OK_AND_ASSIGN(const std::string text, RunMeasure(io));
  const auto result = nlohmann::json::parse(text);
  EXPECT_EQ(result["records"], 6);
  const auto& classes = result["measures"][0];
  EXPECT_EQ(classes["classes"], 3);
  EXPECT_EQ(classes["k"], 1);
  EXPECT_EQ(classes["uniques"], 1);
  EXPECT_EQ(classes["histogram"], nlohmann::json::parse("[[1,1],[2,1],[3,1]]"));
  EXPECT_EQ(classes["distinct_l"], nlohmann::json::parse(R"([["illness",1]])"));
  const auto& whole = result["measures"][1];
  EXPECT_EQ(whole["k"], 6);
  EXPECT_EQ(whole["distinct_l"], nlohmann::json::parse(R"([["illness",3]])"));
  EXPECT_EQ(result["combinations"], nlohmann::json::parse(R"({
      "worst": [{"columns": ["age", "sex"], "classes": 3, "uniques": 1, "below": 3},
                {"columns": ["age"], "classes": 2, "uniques": 0, "below": 2},
                {"columns": ["sex"], "classes": 2, "uniques": 1, "below": 1}],
      "without": [{"columns": ["age"], "classes": 2, "uniques": 1, "below": 1},
                  {"columns": ["sex"], "classes": 2, "uniques": 0, "below": 2}]})"));
  EXPECT_EQ(result["columns"][1]["distinct"], 2);
  EXPECT_EQ(result["columns"][0]["identifier"], "");
}

TEST(Measure, NamesARawNumberThatPassesAsLink) {
  platform::MemoryJobIo io(kParams);
  io.SetInput("abstraction",
              Parquet({"person", "age", "sex", "illness"}, {{"0000000019", "0-4歳", "男", "A"}}));
  ASSERT_OK_AND_ASSIGN(const std::string text, RunMeasure(io));
  EXPECT_EQ(nlohmann::json::parse(text)["columns"][0]["identifier"], "LINK_NOT_KEYED");
}

TEST(Measure, BrokenInputIsAnError) {
  platform::MemoryJobIo io(kParams);
  EXPECT_FALSE(RunMeasure(io).ok());
  io.SetInput("abstraction", "not Parquet at all");
  EXPECT_FALSE(RunMeasure(io).ok());
  io.SetInput("abstraction", Parquet({"person", "age"}, {{std::string(32, 'a'), "0-4歳"}}));
  EXPECT_THAT(RunMeasure(io), platform::HasReason("ABSTRACTION_NOT_MEASURABLE"));
  platform::MemoryJobIo broken(kParams);
  broken.SetInput("abstraction", Parquet({"age"}, {{"0-4歳"}}));
  broken.BreakInput("abstraction");
  EXPECT_THAT(RunMeasure(broken), platform::HasReason("STREAM_CORRUPT"));
}

// 個人番号 with right check digits: the digit is worked out here by the definition, term by term.
std::vector<std::string> MyNumbers() {
  std::vector<std::string> numbers;
  for (int i = 0; i < 25; ++i) {
    const std::string body = absl::StrCat(12345678900 + i * 7919);
    int sum = 0;
    for (int n = 1; n <= 11; ++n) sum += (body[11 - n] - '0') * (n <= 6 ? n + 1 : n - 5);
    numbers.push_back(absl::StrCat(body, sum % 11 <= 1 ? 0 : 11 - sum % 11));
  }
  return numbers;
}

TEST(ScanColumn, KnowsNumbersByTheirCheckDigits) {
  std::vector<std::string> numbers = MyNumbers();
  EXPECT_EQ(ScanColumn(numbers, 10000, false).identifier, "MY_NUMBER");
  numbers.push_back("不詳");
  EXPECT_EQ(ScanColumn(numbers, 10000, false).identifier, "MY_NUMBER");
  numbers[3].back() = numbers[3].back() == '9' ? '0' : numbers[3].back() + 1;
  EXPECT_EQ(ScanColumn(numbers, 10000, false).identifier, "");
  numbers.resize(15);  // Too few to tell.
  EXPECT_EQ(ScanColumn(numbers, 10000, false).identifier, "");
}

TEST(ScanColumn, KnowsDatesToTheDayAndLeavesOtherLabelsAlone) {
  EXPECT_TRUE(ScanColumn({"昭和55年3月2日"}, 1, false).exact_dates);
  EXPECT_TRUE(ScanColumn({"不詳", "1980-03-02"}, 1, false).exact_dates);
  for (const char* harmless : {"1980-03", "0-4歳", "10-14歳", "100歳以上", "082200101001",
                               "昭和55年", "19800302", "2025", "男", "吾妻一丁目", "", "120-129"}) {
    const ColumnScan scan = ScanColumn({harmless}, 1000, false);
    EXPECT_FALSE(scan.exact_dates) << harmless;
    EXPECT_EQ(scan.identifier, "") << harmless;
  }
  std::vector<std::string> compact;
  for (int day = 10; day < 31; ++day) compact.push_back(absl::StrCat("198001", day));
  EXPECT_TRUE(ScanColumn(compact, 1000, false).exact_dates);
}

TEST(ScanColumn, KnowsAddressesAndNearlyUniqueColumns) {
  EXPECT_EQ(ScanColumn({"029-883-1111"}, 1, false).identifier, "PHONE_NUMBER");
  EXPECT_EQ(ScanColumn({"a@example.jp"}, 1, false).identifier, "MAIL_ADDRESS");
  std::vector<std::string> names;
  for (int i = 0; i < 95; ++i) names.push_back(absl::StrCat("住民", i));
  EXPECT_EQ(ScanColumn(names, 100, false).identifier, "NEARLY_UNIQUE");
  EXPECT_EQ(ScanColumn(names, 106, false).identifier, "");
  EXPECT_EQ(ScanColumn({"", std::string(32, '0')}, 100, true).identifier, "");
  EXPECT_EQ(ScanColumn({std::string(32, 'G')}, 100, true).identifier, "LINK_NOT_KEYED");
}

}  // namespace
}  // namespace oboro::verification

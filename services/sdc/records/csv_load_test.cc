#include "services/sdc/records/csv_load.h"

#include <gtest/gtest.h>

#include <random>

#include "services/sdc/records/test_data.h"

namespace oboro::sdc {
namespace {

using testing::ReadFile;
using testing::SharedPath;

absl::StatusOr<CodedTable> Load(const std::string& text, CsvOptions options = {}) {
  StringSource source(text);
  return LoadCsv(source, options);
}

std::vector<std::vector<std::string>> Cells(const CodedTable& table) {
  std::vector<std::vector<std::string>> rows(table.rows());
  for (uint64_t r = 0; r < table.rows(); ++r) {
    for (const CodedColumn& column : table.columns()) rows[r].push_back(column.value(r));
  }
  return rows;
}

std::string ErrorOf(const absl::StatusOr<CodedTable>& table) {
  return table.ok() ? "" : std::string(table.status().message());
}

using Rows = std::vector<std::vector<std::string>>;

TEST(LoadCsvTest, LineEndsQuotesAndMissingValues) {
  for (const char* text : {"a;b\n1;x\n2;\n", "a;b\r\n1;x\r\n2;\r\n", "a;b\n1;x\n2;",
                           "\xEF\xBB\xBF"
                           "a;b\r\n\r\n1;x\n\n2;\n\n"}) {
    const auto table = Load(text, {.delimiter = ';'});
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(Cells(*table), (Rows{{"1", "x"}, {"2", ""}})) << text;
  }
  const auto quoted = Load("a,\"b,c\"\r\n\"1\",\"x \"\"y\"\"\"\r\n\"2\r\n3\",\r\n5\" pipe,z\n");
  ASSERT_TRUE(quoted.ok()) << quoted.status();
  EXPECT_EQ(quoted->column(1).name(), "b,c");
  EXPECT_EQ(Cells(*quoted), (Rows{{"1", "x \"y\""}, {"2\r\n3", ""}, {"5\" pipe", "z"}}));
  const auto single = Load("a\n1\n\n2\n");
  ASSERT_TRUE(single.ok());
  EXPECT_EQ(Cells(*single), (Rows{{"1"}, {""}, {"2"}}));
  const auto none = Load("a,b\n");
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->rows(), 0u);
}

TEST(LoadCsvTest, TakesTheColumnsAskedForInTheirOrder) {
  const auto table = Load("a,b,c\n1,2,3\n4,5,6\n", {.columns = {"c", "a"}});
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(Cells(*table), (Rows{{"3", "1"}, {"6", "4"}}));
}

TEST(LoadCsvTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(
      ErrorOf(Load("a,b\n1,2\n3\n")),
      "row 2: there are 1 fields where the header has 2; is the delimiter right, and is a field "
      "that contains it in quotation marks?");
  EXPECT_NE(ErrorOf(Load("a,b\n1,2\n3,4,5\n")).find("row 2: there are 3 fields"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Load("a,b\n1,\"2\n3,4\n")).find("row 1: field 2: a quotation mark was opened"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Load("a,b\n1,\"2\"x\n")).find("row 1: field 2: text follows a closing"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Load("a,b\n1,\xE3\x81\n")).find("row 1, column \"b\": the bytes are not UTF-8"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Load("a;b\n1;2\n", {.columns = {"b"}})).find("there is no column \"b\""),
            std::string::npos);
  EXPECT_NE(ErrorOf(Load("a,a\n1,2\n", {.columns = {"a"}})).find("twice"), std::string::npos);
  EXPECT_NE(ErrorOf(Load("")), "");
  EXPECT_NE(ErrorOf(Load("a,b\n", {.delimiter = '\n'})), "");
  // The data's values are not in messages.
  EXPECT_EQ(ErrorOf(Load("a,b\nTANAKA\n")).find("TANAKA"), std::string::npos);
}

TEST(LoadCsvTest, Cp932WithTrailBytesThatLookLikeDelimiters) {
  // 表 (95 5C), ポ (83 7C: its second byte is '|'), 能 (94 5C), ～ (81 60), − (81 7C).
  const std::string text = "\x95\x5C|\x83\x7C\n\x94\x5C|\x81\x60\n\x81\x7C|x\n";
  CsvOptions options{.delimiter = '|', .encoding = TextEncoding::kCp932};
  const auto table = Load(text, options);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->column(0).name(), "表");
  EXPECT_EQ(table->column(1).name(), "ポ");
  EXPECT_EQ(Cells(*table), (Rows{{"能", "～"}, {"－", "x"}}));
  options.delimiter = ',';
  EXPECT_NE(ErrorOf(Load("a,b\n\x81,x\n", options)), "");
  EXPECT_FALSE(Cp932ToUtf8("\xFF\xFF").has_value());
  // Two codes of one character (NEC and IBM) become one value.
  const auto twice = Load("a\n\xED\x40\n\xFA\x5C\n", options);
  ASSERT_TRUE(twice.ok()) << twice.status();
  EXPECT_EQ(twice->column(0).distinct(), 1u);
}

TEST(LoadCsvTest, RealCp932File) {
  const auto table = testing::LoadText(ReadFile(SharedPath("data/npa/hojuhyo_2019.csv")), ',',
                                       TextEncoding::kCp932);
  EXPECT_EQ(table.rows(), 88961u);
  EXPECT_EQ(table.columns().size(), 15u);
  for (const CodedColumn& column : table.columns()) EXPECT_FALSE(InvalidUtf8At(column.name()));
}

// A file of many blocks: whatever the number of threads and the parser, the same table.
TEST(LoadCsvTest, ThreadsAndParsersAgree) {
  std::mt19937_64 random(7);
  std::string plain = "id;a;b\n", quoted = plain;
  for (int i = 0; i < 60000; ++i) {
    const std::string a = std::string(random() % 30, static_cast<char>('a' + random() % 26));
    const std::string b = std::to_string(random() % 1000);
    plain += std::to_string(i) + ";" + a + ";" + b + "\n";
    quoted += "\"" + std::to_string(i) + "\";\"" + a + "\";" + b + "\n";
  }
  const auto expected = Load(plain, {.delimiter = ';', .threads = 1});
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(expected->rows(), 60000u);
  for (const int threads : {1, 2, 8}) {
    for (const bool careful : {false, true}) {
      for (const std::string* text : {&plain, &quoted}) {
        CsvOptions options{.delimiter = ';', .threads = threads};
        options.careful = careful;
        const auto table = Load(*text, options);
        ASSERT_TRUE(table.ok()) << table.status();
        for (size_t c = 0; c < 3; ++c) {
          ASSERT_EQ(table->column(c).dictionary(), expected->column(c).dictionary());
          ASSERT_EQ(table->column(c).codes().width(), expected->column(c).codes().width());
          for (uint64_t r = 0; r < table->rows(); ++r) {
            ASSERT_EQ(table->column(c).code(r), expected->column(c).code(r));
          }
        }
      }
    }
  }
  // The first fault is told, whichever thread meets which block.
  std::string broken = plain + "x\n";
  for (int i = 0; i < 60000; ++i) broken += "1;2;3\n";
  broken += "y\n";
  for (const int threads : {1, 2, 8}) {
    EXPECT_EQ(ErrorOf(Load(broken, {.delimiter = ';', .threads = threads})).rfind("row 60001:", 0),
              0u);
  }
}

TEST(LoadCsvTest, CanBeCancelled) {
  const std::atomic<bool> cancel{true};
  CsvOptions options;
  options.cancel = &cancel;
  EXPECT_EQ(Load("a,b\n1,2\n", options).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace oboro::sdc

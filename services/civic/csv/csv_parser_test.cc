#include "services/civic/csv/csv_parser.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "services/civic/csv/file_kind.h"
#include "services/civic/csv/table_reader.h"
#include "services/civic/testing/fixed_seed.h"

namespace oboro::civic {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Parsed {
  Rows rows;
  CsvFault fault;
};

Parsed Parse(std::string_view text, CsvOptions options = {}, size_t chunk = 1 << 20) {
  Parsed out;
  CsvParser parser(options, [&](const CsvRecord& record) {
    out.rows.emplace_back(record.fields.begin(), record.fields.end());
    return true;
  });
  bool ok = true;
  for (size_t at = 0; ok && at < text.size(); at += chunk) ok = parser.Feed(text.substr(at, chunk));
  if (ok) parser.Finish();
  out.fault = parser.fault();
  return out;
}

TEST(CsvParserTest, ReadsQuotesLineEndsAndBlanks) {
  for (const size_t chunk : {1, 2, 3, 7, 1000}) {
    const Parsed p = Parse("a,b\r\n\"x,\"\"1\"\"\",\"two\r\nlines\"\n,\n\"\",z", {}, chunk);
    EXPECT_EQ(p.fault.rule, CsvRule::kNone);
    EXPECT_EQ(p.rows, (Rows{{"a", "b"}, {"x,\"1\"", "two\r\nlines"}, {"", ""}, {"", "z"}}));
  }
  EXPECT_EQ(Parse("a\n\nb\n").rows, (Rows{{"a"}, {""}, {"b"}}));
  EXPECT_TRUE(Parse("").rows.empty());
  EXPECT_EQ(Parse("a;\"b\"", {.delimiter = ';'}).rows, (Rows{{"a", "b"}}));
}

struct Bad {
  std::string text;
  CsvRule rule;
  uint64_t row, line;
  uint32_t column;
};

TEST(CsvParserTest, NamesEveryFaultWithItsPlace) {
  const std::vector<Bad> cases = {
      {"a,b\n1,\"2\n3,4\n", CsvRule::kUnbalancedQuote, 2, 2, 2},
      {"a,b\n1,2\n1,2\"3\n", CsvRule::kStrayQuote, 3, 3, 2},
      {"a,b\n\"1\"x,2\n", CsvRule::kTextAfterQuote, 2, 2, 1},
      {"a,b\n\"1\n2\",3\n4\n", CsvRule::kRaggedRow, 3, 4, 1},
      {"a,b\n1,2,3\n", CsvRule::kRaggedRow, 2, 2, 3},
      {"a,b\n\n", CsvRule::kRaggedRow, 2, 2, 1},
      {std::string("a,b\n1,\0\n", 8), CsvRule::kNulByte, 2, 2, 2},
      {std::string("a,b\n1,\"\0\"\n", 10), CsvRule::kNulByte, 2, 2, 2},
      {"a,b\n1,2\r3,4\r", CsvRule::kBareCr, 2, 2, 2},
      {"a,b\n1," + std::string(70000, 'x') + "\n", CsvRule::kFieldTooLarge, 2, 2, 2},
      {"a,b\n1,\"" + std::string(70000, 'x'), CsvRule::kFieldTooLarge, 2, 2, 2},
  };
  for (const Bad& bad : cases) {
    for (const size_t chunk : {1, 5, 100000}) {
      const CsvFault fault = Parse(bad.text, {}, chunk).fault;
      EXPECT_EQ(TextOf(fault.rule).name, TextOf(bad.rule).name) << bad.text.substr(0, 40);
      EXPECT_EQ(fault.row, bad.row) << bad.text.substr(0, 40);
      EXPECT_EQ(fault.line, bad.line) << bad.text.substr(0, 40);
      EXPECT_EQ(fault.column, bad.column) << bad.text.substr(0, 40);
      EXPECT_FALSE(TextOf(fault.rule).ja.empty());
      EXPECT_FALSE(TextOf(fault.rule).remedy_en.empty());
    }
  }
}

TEST(CsvParserTest, RaggedRowTellsBothCounts) {
  const CsvFault fault = Parse("a,b,c\n1,2\n").fault;
  EXPECT_EQ(fault.expected_columns, 3u);
  EXPECT_EQ(fault.found_columns, 2u);
}

TEST(CsvParserTest, LimitsHoldForRecordAndColumns) {
  std::string wide(5000, ',');
  EXPECT_EQ(Parse(wide).fault.rule, CsvRule::kTooManyColumns);
  std::string long_record;
  for (int i = 0; i < 40; ++i) long_record += std::string(60000, 'x') + ",";
  EXPECT_EQ(Parse(long_record).fault.rule, CsvRule::kRecordTooLarge);
}

TEST(CsvParserTest, StopsWhenTheCallbackAsks) {
  int seen = 0;
  CsvParser parser({}, [&](const CsvRecord&) { return ++seen < 2; });
  EXPECT_FALSE(parser.Feed("a\nb\nc\n"));
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(parser.fault().rule, CsvRule::kNone);
  EXPECT_FALSE(parser.Finish());
}

// Writes records the plainest way; the parser has to give them back.
std::string WriteCsv(const Rows& rows, bool crlf) {
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      out += '"';
      for (const char c : row[i]) {
        out += c;
        if (c == '"') out += c;
      }
      out += '"';
    }
    out += crlf ? "\r\n" : "\n";
  }
  return out;
}

TEST(CsvParserProperty, ReadsBackWhatWasWritten) {
  rc::check("round trip in any chunks", [] {
    const auto columns = *rc::gen::inRange<size_t>(1, 5);
    const auto value =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab,;\"\r\n \xE3\x81\x82")));
    const Rows rows =
        *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(columns, value));
    const auto chunk = *rc::gen::inRange<size_t>(1, 12);
    const Parsed parsed = Parse(WriteCsv(rows, *rc::gen::arbitrary<bool>()), {}, chunk);
    RC_ASSERT(parsed.fault.rule == CsvRule::kNone);
    RC_ASSERT(parsed.rows == rows);
  });
}

TEST(FileKindTest, KnowsWhatIsNoText) {
  using std::string_literals::operator""s;
  EXPECT_EQ(DetectFileKind("\x1F\x8B\x08"), FileKind::kGzip);
  EXPECT_EQ(DetectFileKind("PK\x03\x04 a.csv"), FileKind::kZip);
  EXPECT_EQ(DetectFileKind("PK\x03\x04....[Content_Types].xml"), FileKind::kXlsx);
  EXPECT_EQ(DetectFileKind("\x28\xB5\x2F\xFD"), FileKind::kZstd);
  EXPECT_EQ(DetectFileKind("\xFD"
                           "7zXZ\0"s),
            FileKind::kXz);
  EXPECT_EQ(DetectFileKind("BZh91AY&SY"), FileKind::kBzip2);
  EXPECT_EQ(DetectFileKind("BZh,name\n1,2"), FileKind::kText);
  EXPECT_EQ(DetectFileKind("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), FileKind::kXls);
  EXPECT_EQ(DetectFileKind("宛名番号,"), FileKind::kText);
  EXPECT_EQ(DetectFileKind(""), FileKind::kText);
}

TableFault Read(std::string_view bytes, TableFormat format, size_t chunk, Rows* rows) {
  TableReader reader(format, {}, [&](const CsvRecord& record) {
    rows->emplace_back(record.fields.begin(), record.fields.end());
    return true;
  });
  bool ok = true;
  for (size_t at = 0; ok && at < bytes.size(); at += chunk)
    ok = reader.Feed(bytes.substr(at, chunk));
  if (ok) reader.Finish();
  return reader.fault();
}

TEST(TableReaderTest, DecodesAndParsesInAnyChunks) {
  for (const size_t chunk : {1, 3, 511, 512, 513, 4096}) {
    Rows rows;
    std::string bytes = "\x8E\x81,\x96\xBC\r\n";              // 氏,名
    for (int i = 0; i < 500; ++i) bytes += "\x94\x5C,1\r\n";  // 能: its trail byte is a backslash
    EXPECT_TRUE(Read(bytes, {Encoding::kCp932, ','}, chunk, &rows).ok());
    ASSERT_EQ(rows.size(), 501u);
    EXPECT_EQ(rows[0], (std::vector<std::string>{"氏", "名"}));
    EXPECT_EQ(rows[500], (std::vector<std::string>{"能", "1"}));
  }
}

TEST(TableReaderTest, ReportsTheFaultThatComesFirst) {
  for (const size_t chunk : {1, 7, 5000}) {
    Rows rows;
    EXPECT_TRUE(Read("", {}, chunk, &rows).empty);
    EXPECT_TRUE(Read("\xEF\xBB\xBF", {Encoding::kUtf8Bom, ','}, chunk, &rows).empty);
    EXPECT_EQ(Read("\x1F\x8B\x08 rest of it", {}, chunk, &rows).kind, FileKind::kGzip);
    TableFault fault = Read("a,b\n1,2\n\xFF,3\n4\n", {}, chunk, &rows);
    EXPECT_EQ(fault.decode.rule, DecodeRule::kInvalidBytes);
    EXPECT_EQ(fault.decode.offset, 8u);
    EXPECT_EQ(fault.decode_row, 3u);
    fault = Read("a,b\n1\n\xFF,3\n", {}, chunk, &rows);
    EXPECT_EQ(fault.csv.rule, CsvRule::kRaggedRow);
    fault = Read("a,b\n1,\x82", {Encoding::kCp932, ','}, chunk, &rows);
    EXPECT_EQ(fault.decode.rule, DecodeRule::kTruncated);
    EXPECT_EQ(fault.decode_row, 2u);
  }
}

}  // namespace
}  // namespace oboro::civic

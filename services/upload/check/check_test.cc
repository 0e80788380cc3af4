#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/civic/synth/synth.h"
#include "services/civic/testing/fixed_seed.h"
#include "services/upload/check/checker.h"
#include "services/upload/check/field_check.h"

namespace oboro::upload {
namespace {

using testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

DatasetSchema Schema(std::string_view yaml) {
  absl::StatusOr<DatasetSchema> schema = ParseDatasetSchema(yaml);
  EXPECT_TRUE(schema.ok()) << schema.status();
  return schema.ok() ? *std::move(schema) : DatasetSchema();
}

DatasetSchema Shipped(const std::string& name) {
  return Schema(ReadFile("deploy/schemas/" + name + ".yaml"));
}

CheckReport Check(const DatasetSchema& schema, std::string_view bytes, size_t chunk = 65536) {
  SnapshotChecker checker(schema, {.hash_key = {1, 2}});
  for (size_t at = 0; at < bytes.size(); at += chunk) {
    if (!checker.Push(bytes.substr(at, chunk))) break;
  }
  return checker.Finish();
}

constexpr char kSmall[] = R"(
dataset: small
title: {ja: 小, en: small}
encoding: utf-8
key: [id, part]
error_limit: 2
columns:
  - {name: id, type: digits, required: true, length: 3}
  - {name: part, type: text}
  - {name: born, type: register_date}
  - {name: amount, type: integer, max_length: 5}
)";

std::string RuleName(const CheckReport& report) {
  return report.refusal.has_value() ? std::string(InfoOf(report.refusal->rule).name) : "";
}

TEST(CheckerTest, NamesRowColumnRuleAndSeverity) {
  const DatasetSchema schema = Schema(kSmall);
  const CheckReport report = Check(schema,
                                   "id,part,born,amount\n"
                                   "001,a,昭和55年3月2日,10\n"
                                   "001,b,昭和12年頃,\n"
                                   "01,c,,1\n"
                                   "001,a,,12a\n");
  EXPECT_EQ(report.records, 4u);
  EXPECT_EQ(report.errors, 3u);
  EXPECT_EQ(report.alerts, 1u);
  ASSERT_EQ(report.findings.size(), 4u);
  const auto expect = [&](size_t i, uint64_t row, const char* column, const char* rule,
                          const char* value) {
    EXPECT_EQ(report.findings[i].row, row);
    EXPECT_EQ(report.findings[i].line, row + 1);
    EXPECT_EQ(report.findings[i].column_name, column);
    EXPECT_EQ(InfoOf(report.findings[i].rule).name, rule);
    EXPECT_EQ(report.findings[i].value, value);
  };
  expect(0, 2, "born", "DATE_UNCERTAIN", "昭和12年頃");
  expect(1, 3, "id", "NOT_DIGITS", "01");
  expect(2, 4, "id", "DUPLICATE_KEY", "001");
  expect(3, 4, "amount", "NOT_INTEGER", "12a");
  EXPECT_EQ(report.findings[0].severity, Severity::kAlert);
  EXPECT_EQ(report.findings[1].severity, Severity::kError);
  EXPECT_EQ(RuleName(report), "ERROR_LIMIT_EXCEEDED");  // three errors, two allowed
  EXPECT_THAT(report.refusal->message_en, HasSubstr("3 errors, 2 allowed"));
}

TEST(CheckerTest, KeysOfSeveralColumnsDoNotRunTogether) {
  const DatasetSchema schema = Schema(
      "dataset: d\ntitle: {ja: d, en: d}\nencoding: utf-8\nkey: [a, b]\nerror_limit: 0\n"
      "columns: [{name: a, type: text}, {name: b, type: text}]\n");
  EXPECT_EQ(Check(schema, "a,b\nab,c\na,bc\n,\n,\n").errors, 0u);
  EXPECT_EQ(Check(schema, "a,b\nab,c\nx,y\nab,c\nab,c\n").count(Rule::kDuplicateKey), 2u);
}

TEST(CheckerTest, ListsBoundedButCountsAll) {
  const DatasetSchema schema = Schema(kSmall);
  std::string file = "id,part,born,amount\n";
  for (int i = 0; i < 5000; ++i) file += "x," + std::to_string(i) + ",,1\n";
  const CheckReport report = Check(schema, file);
  EXPECT_EQ(report.count(Rule::kNotDigits), 5000u);
  EXPECT_EQ(report.findings.size(), 200u);
  EXPECT_EQ(report.findings_left_out, 4800u);
  EXPECT_EQ(report.errors, 5000u);
}

struct BadFile {
  const char* name;
  std::string bytes;
  const char* rule;
  const char* message;
};

TEST(CheckerTest, BadFilesGetOneClearError) {
  const std::string head = "id,part,born,amount\n";
  const std::vector<BadFile> files = {
      {"empty", "", "FILE_EMPTY", "no records"},
      {"header only", head, "FILE_EMPTY", "only a header"},
      {"truncated multibyte", head + "001,\xE3\x81", "ENCODING_TRUNCATED", "record 1, byte 24"},
      {"wrong encoding", head + "001,\x82\xA0,,\n", "ENCODING_INVALID", "record 1, byte 24, utf-8"},
      {"unbalanced quotes", head + "001,\"a,,\n002,b,,\n", "CSV_UNBALANCED_QUOTE",
       "line 2, column 2 'part'"},
      {"ragged", head + "001,a,,\n002,b\n", "CSV_RAGGED_ROW", "2 columns instead of 4"},
      {"NUL", head + std::string("001,\0,,\n", 8), "CSV_NUL_BYTE", "column 2 'part'"},
      {"10 MB field", head + "001,\"" + std::string(10'000'000, 'x') + "\",,\n",
       "CSV_FIELD_TOO_LARGE", "line 2, column 2"},
      {"wrong header", "id,part,amount,born\n001,a,,\n", "HEADER_MISMATCH",
       "column 3 should be 'born'"},
      {"header cut", "id,part,born\n001,a,\n", "HEADER_MISMATCH", "3 columns instead of 4"},
      {"gzip", "\x1F\x8B\x08 ...", "FILE_NOT_TEXT", "gzip"},
      {"xlsx", "PK\x03\x04 xl/workbook.xml", "FILE_NOT_TEXT", "xlsx"},
  };
  const DatasetSchema schema = Schema(kSmall);
  for (const BadFile& file : files) {
    for (const size_t chunk : {1, 1000, 1 << 20}) {
      if (chunk == 1 && file.bytes.size() > 1000) continue;
      const CheckReport report = Check(schema, file.bytes, chunk);
      EXPECT_EQ(RuleName(report), file.rule) << file.name;
      ASSERT_TRUE(report.refusal.has_value());
      EXPECT_THAT(report.refusal->message_en, HasSubstr(file.message)) << file.name;
      EXPECT_FALSE(report.refusal->message_ja.empty());
    }
  }
}

TEST(CheckerTest, RefusesWithoutReadingOn) {
  const DatasetSchema schema = Schema(kSmall);
  SnapshotChecker checker(schema, {});
  EXPECT_TRUE(checker.Push("id,part,born,amount\n"));
  EXPECT_FALSE(checker.Push("001\n" + std::string(1000, 'x')));
  EXPECT_FALSE(checker.Push("more"));
  EXPECT_EQ(checker.report().bytes, 20u + 1004u);
}

TEST(CheckerTest, FindsExactlyTheDefectsOfTheManifest) {
  const DatasetSchema schema = Shipped("resident_register");
  const civic::SynthOptions options = {
      .municipality = "221309", .population = 20000, .seed = 9, .defect_rate = 0.01};
  std::string bytes;
  civic::SynthSummary summary;
  ASSERT_TRUE(civic::WriteRegister(
                  options,
                  [&](absl::string_view piece) {
                    bytes.append(piece.data(), piece.size());
                    return absl::OkStatus();
                  },
                  &summary)
                  .ok());
  const std::map<std::string_view, Rule> rules = {
      {"DUPLICATE_KEY", Rule::kDuplicateKey},       {"DATE_UNKNOWN", Rule::kDateUncertain},
      {"RELATION_INVALID", Rule::kRelationInvalid}, {"OLD_WARD_CODE", Rule::kCodeRetired},
      {"GAIJI", Rule::kPrivateUseCharacter},        {"CHECK_DIGIT", Rule::kCheckDigitMismatch},
      {"MISSING_REQUIRED", Rule::kRequiredMissing}};
  std::set<std::tuple<uint64_t, Rule, std::string>> truth, found;
  uint64_t wrong_dates = 0;
  for (const civic::InjectedDefect& defect : summary.defects) {
    const Rule rule = rules.at(civic::DefectName(defect.defect));
    wrong_dates += rule == Rule::kDateUncertain;
    truth.insert({defect.row, rule, std::string(defect.column)});
  }
  const CheckReport report = Check(schema, bytes);
  uint64_t natural = 0;
  for (const Finding& finding : report.findings) {
    // The register has uncertain dates of its own; a duplicate repeats its row's.
    if (finding.rule == Rule::kDateUncertain && finding.value != "年月日不詳") {
      ++natural;
    } else {
      found.insert({finding.row, finding.rule, finding.column_name});
    }
  }
  EXPECT_EQ(found, truth);
  EXPECT_EQ(natural + wrong_dates, report.count(Rule::kDateUncertain));
  EXPECT_NEAR(static_cast<double>(natural), static_cast<double>(summary.uncertain_birth_dates), 2);
  EXPECT_EQ(report.records, summary.rows);
}

TEST(CheckerTest, CleanRegistersPass) {
  const DatasetSchema schema = Shipped("resident_register");
  for (const char* city : {"082201", "221309"}) {
    SnapshotChecker checker(schema, {.hash_key = {3, 4}});
    civic::SynthSummary summary;
    ASSERT_TRUE(civic::WriteRegister(
                    {.municipality = city, .population = 5000},
                    [&](absl::string_view piece) {
                      EXPECT_TRUE(checker.Push({piece.data(), piece.size()}));
                      return absl::OkStatus();
                    },
                    &summary)
                    .ok());
    const CheckReport& report = checker.Finish();
    EXPECT_TRUE(report.accepted());
    EXPECT_EQ(report.errors, 0u);
    EXPECT_EQ(report.records, 5000u);
  }
}

TEST(CheckerTest, RealFilesPass) {
  const char* shared = std::getenv("OBORO_SHARED_DIR");
  if (shared == nullptr) GTEST_SKIP() << "OBORO_SHARED_DIR is not set";
  const std::string data = std::string(shared) + "/data/";
  const CheckReport npa = Check(Shipped("npa_hojuhyo"), ReadFile(data + "npa/hojuhyo_2019.csv"));
  EXPECT_TRUE(npa.accepted()) << npa.refusal->message_en;
  EXPECT_EQ(npa.records, 88961u);
  EXPECT_EQ(npa.errors + npa.alerts, 0u);
  const CheckReport adult = Check(Shipped("adult"), ReadFile(data + "adult/adult.csv"));
  EXPECT_TRUE(adult.accepted()) << adult.refusal->message_en;
  EXPECT_EQ(adult.records, 30162u);
  EXPECT_EQ(adult.errors + adult.alerts, 0u);
}

TEST(FieldCheckTest, ChecksEveryType) {
  ColumnSchema column;
  const auto rule = [&](std::string_view value) -> std::string {
    const std::optional<Rule> found = CheckField(column, value);
    return found.has_value() ? std::string(InfoOf(*found).name) : "";
  };
  column.type = ColumnType::kInteger;
  EXPECT_EQ(rule("-120"), "");
  for (const char* bad : {"1.0", "１２", "1,000", "-", "+1", "1234567890123456789", " 1"}) {
    EXPECT_EQ(rule(bad), "NOT_INTEGER") << bad;
  }
  column.type = ColumnType::kDecimal;
  EXPECT_EQ(rule("-1.50"), "");
  for (const char* bad : {"1.", ".5", "1.2.3", "1e5", "nan"}) EXPECT_EQ(rule(bad), "NOT_DECIMAL");
  column.type = ColumnType::kDate;
  EXPECT_EQ(rule("2024-02-29"), "");
  EXPECT_EQ(rule("2023-02-29"), "DATE_UNREADABLE");
  column.type = ColumnType::kRegisterDate;
  EXPECT_EQ(rule("令和5年2月29日"), "DATE_NOT_IN_CALENDAR");
  EXPECT_EQ(rule("昭和70年1月1日"), "DATE_UNREADABLE");
  column = {.type = ColumnType::kText, .required = true, .trim = true, .max_length = 2};
  EXPECT_EQ(rule(" 　"), "REQUIRED_MISSING");
  EXPECT_EQ(rule("　筑波 "), "");
  EXPECT_EQ(rule("つくば"), "TOO_LONG");
  column = {.type = ColumnType::kDigits, .check_digit = CheckDigitRule::kMunicipality};
  EXPECT_EQ(rule("082201"), "");
  EXPECT_EQ(rule("082202"), "CHECK_DIGIT_MISMATCH");
  EXPECT_TRUE(HasPrivateUse("a\xEE\x80\x80") && HasPrivateUse("\xEF\xA3\xBF"));
  EXPECT_FALSE(HasPrivateUse("あ豈\xEF\xBD\xB1"));
}

TEST(DatasetSchemaTest, NamesEveryFaultWithItsLine) {
  const auto schema = ParseDatasetSchema(
      "dataset: x\ntitle: {ja: x}\nencoding: sjis\nkey: [b]\nerror_limit: -1\ncolumns:\n"
      "  - {name: a, type: code}\n  - {name: a, type: digits, lenght: 3}\n"
      "  - {name: c, type: text, codes: [x]}\n");
  ASSERT_FALSE(schema.ok());
  const std::string message(schema.status().message());
  for (const char* want :
       {"line 2: title: 'en' is missing", "line 3: schema: 'encoding' must be one of",
        "key column 'b' is not", "line 5: schema: 'error_limit'", "line 7: column 1: 'codes'",
        "line 8: column 'a' stands twice", "line 8: column 2: unknown key 'lenght'",
        "line 9: column 3: 'codes' belongs"}) {
    EXPECT_THAT(message, HasSubstr(want));
  }
}

TEST(RulesTest, AreRegisteredOnceAndSpeakBothLanguages) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kRuleCount; ++i) {
    const auto rule = static_cast<Rule>(i);
    const RuleInfo& info = InfoOf(rule);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(FindRule(info.name), rule);
    for (const std::string_view text : {info.en, info.ja, info.remedy_en, info.remedy_ja}) {
      EXPECT_FALSE(text.empty()) << info.name;
    }
    for (const char c : info.name) EXPECT_TRUE((c >= 'A' && c <= 'Z') || c == '_') << info.name;
  }
  EXPECT_FALSE(FindRule("NO_SUCH_RULE").has_value());
}

TEST(RulesTest, StandInTheDocumentation) {
  const std::string page = ReadFile("docs/findings.md");
  for (size_t i = 0; i < kRuleCount; ++i) {
    const auto rule = static_cast<Rule>(i);
    const std::string row =
        "| `" + std::string(InfoOf(rule).name) + "` | " +
        (InfoOf(rule).severity == Severity::kError ? "エラー" : "アラート") + " | " +
        (i < static_cast<size_t>(Rule::kErrorLimitExceeded) ? "record" : "file") + " | " +
        MessageJa(rule) + " | " + MessageEn(rule) + " |\n";
    EXPECT_THAT(page, HasSubstr(row)) << "docs/findings.md lacks: " << row;
  }
}

TEST(SipHashTest, AgreesWithOpenSsl) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  ASSERT_NE(mac, nullptr);
  rc::check("any key and bytes", [&](uint64_t k0, uint64_t k1, const std::vector<uint8_t>& bytes) {
    const Hash128 key = {k0, k1};
    EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
    size_t size = 16;
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t("size", &size),
                                 OSSL_PARAM_construct_end()};
    RC_ASSERT(
        EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()), 16, params) == 1);
    EVP_MAC_update(context, bytes.data(), bytes.size());
    unsigned char out[16];
    size_t written = 0;
    EVP_MAC_final(context, out, &written, sizeof out);
    EVP_MAC_CTX_free(context);
    const Hash128 ours =
        SipHash128(key, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    RC_ASSERT(written == 16u);
    RC_ASSERT(std::memcmp(out, ours.data(), 16) == 0);
  });
  EVP_MAC_free(mac);
}

TEST(CheckerProperty, ChunksNeverMatter) {
  const DatasetSchema schema = Schema(kSmall);
  rc::check("any text", [&] {
    const auto body = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("01a,\"\n\r \xE3\x81\x82")));
    const std::string file = "id,part,born,amount\n001,a,,1\n" + body;
    const CheckReport whole = Check(schema, file);
    const CheckReport parts = Check(schema, file, *rc::gen::inRange<size_t>(1, 9));
    RC_ASSERT(whole.counts == parts.counts);
    RC_ASSERT(whole.records == parts.records);
    RC_ASSERT(RuleName(whole) == RuleName(parts));
  });
}

}  // namespace
}  // namespace oboro::upload

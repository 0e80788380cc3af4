#include "services/upload/check_function.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/jobs/memory_job_io.h"
#include "services/upload/findings.h"

namespace oboro::upload {
namespace {

constexpr char kSchema[] = R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
key: [番号]
error_limit: 2
columns:
  - {name: 番号, type: digits, required: true}
  - {name: 性別, type: code, codes: ["1", "2"], required: true}
)";

platform::MemoryJobIo Io(const std::string& file, size_t piece = 1 << 20,
                         const std::string& nonce = "n") {
  platform::MemoryJobIo io(
      nlohmann::json{{"schema", kSchema}, {"bytes", file.size()}, {"nonce", nonce}}.dump(), piece);
  platform::SecretBytes key(32);
  for (size_t i = 0; i < 32; ++i) key.data()[i] = static_cast<uint8_t>(i);
  io.SetPseudonymKey(std::move(key));
  io.SetInput("snapshot", file);
  return io;
}

nlohmann::json Check(platform::MemoryJobIo& io) {
  const auto result = RunCheck(io);
  EXPECT_OK(result);
  return result.ok() ? nlohmann::json::parse(*result) : nlohmann::json();
}

TEST(RunCheck, CountsAndListsWhatIsWrong) {
  auto io = Io("番号,性別\n1,1\n2,3\n1,2\n");
  const nlohmann::json result = Check(io);
  EXPECT_EQ(result["records"], 3);
  EXPECT_EQ(result["errors"], 2);
  EXPECT_TRUE(result["refusal"].is_null());
  ASSERT_NE(io.Output("findings"), nullptr);
  std::vector<std::string> lines = absl::StrSplit(*io.Output("findings"), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2u);
  ASSERT_OK_AND_ASSIGN(const StoredFinding first, DecodeFinding(lines[0]));
  EXPECT_EQ(first.row, 2);
  EXPECT_EQ(first.column, "性別");
  EXPECT_EQ(first.value, "3");
  EXPECT_EQ(first.severity, "ERROR");
  ASSERT_OK_AND_ASSIGN(const StoredFinding second, DecodeFinding(lines[1]));
  EXPECT_EQ(second.row, 3);
  EXPECT_EQ(second.rule, "DUPLICATE_KEY");
}

TEST(RunCheck, ResultDoesNotDependOnHowTheBytesArrive) {
  const std::string file = "番号,性別\n1,1\n2,9\n3,2\n";
  auto whole = Io(file), bytes = Io(file, 1);
  EXPECT_EQ(Check(whole), Check(bytes));
  EXPECT_EQ(*whole.Output("findings"), *bytes.Output("findings"));
}

TEST(RunCheck, DigestIsKeyedAndTellsFilesApart) {
  auto a = Io("番号,性別\n1,1\n"), b = Io("番号,性別\n1,2\n"),
       c = Io("番号,性別\n1,1\n", 5, "other");
  const std::string digest = Check(a)["keyed_digest"];
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_NE(digest, Check(b)["keyed_digest"]);
  EXPECT_EQ(digest, Check(c)["keyed_digest"]);
  auto d = Io("番号,性別\n1,1\n");
  d.SetPseudonymKey(platform::SecretBytes(32));
  EXPECT_NE(digest, Check(d)["keyed_digest"]);
}

TEST(RunCheck, RefusalIsAResultThatReadsToTheEnd) {
  for (const auto& [file, rule] : std::vector<std::pair<std::string, std::string>>{
           {"", "FILE_EMPTY"},
           {"番号,年齢\n1,1\n", "HEADER_MISMATCH"},
           {"番号,性別\n1,1,1\n2,2\n", "CSV_RAGGED_ROW"},
           {"番号,性別\n1,\"1\n", "CSV_UNBALANCED_QUOTE"},
           {"番号,性別\n1,\xE3\x81", "ENCODING_TRUNCATED"},
           {"番号,性別\na,b\nc,d\n", "ERROR_LIMIT_EXCEEDED"}}) {
    auto io = Io(file, 3);
    const nlohmann::json result = Check(io);
    ASSERT_TRUE(result["refusal"].is_object()) << rule;
    EXPECT_EQ(result["refusal"]["rule"], rule);
    EXPECT_FALSE(result["refusal"]["message_ja"].get<std::string>().empty());
    EXPECT_EQ(result["bytes"], file.size());
    EXPECT_NE(io.Output("findings"), nullptr);
  }
}

TEST(RunCheck, ACorruptStreamLeavesNoFindings) {
  auto io = Io("番号,性別\n1,1\n");
  io.BreakInput("snapshot");
  EXPECT_THAT(RunCheck(io), platform::HasReason("STREAM_CORRUPT"));
  EXPECT_EQ(io.Output("findings"), nullptr);
}

TEST(Findings, EncodeAndBackWhateverTheValue) {
  const StoredFinding finding{3, "性\"別", "TOO_LONG", "ALERT", "a\nb\x01", "長い", "long"};
  const std::string line = EncodeFinding(finding);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  ASSERT_OK_AND_ASSIGN(const StoredFinding back, DecodeFinding(line));
  EXPECT_EQ(back.value, finding.value);
  EXPECT_EQ(back.column, finding.column);
  EXPECT_FALSE(DecodeFinding("[1]").ok());
  EXPECT_FALSE(DecodeFinding("{}").ok());
  EXPECT_FALSE(DecodeFinding("").ok());
}

}  // namespace
}  // namespace oboro::upload

#include "services/abstraction/abstract_function.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/jobs/memory_job_io.h"

namespace oboro::abstraction {
namespace {

using platform::HasReason;

constexpr char kRecipe[] = R"(recipe: small
title: {ja: 小, en: small}
reference: snapshot
unlisted: refuse
drop: [氏名]
columns:
  - {name: person, source: 宛名番号, transform: link_number, kind: person}
  - {name: age_band, source: 生年月日, transform: age_band, width: 5, top: 100}
  - {name: sex, source: 性別, transform: code_map, unknown: 不明, map: {"1": 男, "2": 女}}
quasi_identifiers: [age_band, sex]
)";

constexpr char kFile[] =
    "宛名番号,氏名,生年月日,性別\n"
    "1,つくば 一,昭和55年3月2日,1\n"
    "2,つくば 二,昭和55年4月2日,2\n"
    "1,つくば 一,年月日不詳,9\n";

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string Shared(const std::string& path) {
  const char* root = std::getenv("OBORO_SHARED_DIR");
  return std::string(root == nullptr ? "../shared" : root) + "/data/" + path;
}

platform::MemoryJobIo Io(const std::string& recipe, const std::string& file, int64_t records,
                         const std::string& encoding = "utf-8", int64_t bytes = -1,
                         const std::string& delimiter = ",") {
  platform::MemoryJobIo io(
      nlohmann::json{{"recipe", recipe},
                     {"reference_date", "2025-04-01"},
                     {"format", {{"encoding", encoding}, {"delimiter", delimiter}}},
                     {"records", records},
                     {"bytes", bytes < 0 ? static_cast<int64_t>(file.size()) : bytes}}
          .dump(),
      1000);
  platform::SecretBytes key(32);
  key.data()[0] = 7;
  io.SetPseudonymKey(std::move(key));
  io.SetInput("snapshot", file);
  return io;
}

platform::ColumnBatch Parquet(const platform::MemoryJobIo& io) {
  const std::string* file = io.Output("abstraction");
  EXPECT_NE(file, nullptr);
  bool given = false;
  auto batch = platform::ReadParquet(
      [&]() -> absl::StatusOr<absl::string_view> {
        if (given) return absl::string_view();
        given = true;
        return absl::string_view(*file);
      },
      {}, 1);
  EXPECT_OK(batch);
  return batch.ok() ? *std::move(batch) : platform::ColumnBatch();
}

const std::string& Value(const platform::ColumnBatch& batch, size_t column, int64_t row) {
  return batch.columns[column].dictionary[batch.columns[column].codes[row]];
}

TEST(RunAbstract, WritesWhatTheRecipeSaysAndNothingElse) {
  auto io = Io(kRecipe, kFile, 3);
  ASSERT_OK_AND_ASSIGN(const std::string text, RunAbstract(io));
  const auto result = nlohmann::json::parse(text);
  EXPECT_EQ(result["records"], 3);
  ASSERT_EQ(result["columns"].size(), 3u);
  EXPECT_EQ(result["columns"][0]["kind"], "LINK_NUMBER");
  EXPECT_EQ(result["columns"][1]["kind"], "QUASI_IDENTIFIER");
  EXPECT_EQ(result["columns"][1]["unknown_values"], 1);
  EXPECT_EQ(result["columns"][2]["unknown_values"], 1);
  const platform::ColumnBatch batch = Parquet(io);
  ASSERT_EQ(batch.rows, 3);
  EXPECT_EQ(Value(batch, 0, 0), Value(batch, 0, 2));
  EXPECT_NE(Value(batch, 0, 0), Value(batch, 0, 1));
  EXPECT_EQ(Value(batch, 0, 0).size(), 32u);
  EXPECT_EQ(Value(batch, 1, 0), "45-49歳");
  EXPECT_EQ(Value(batch, 1, 1), "40-44歳");
  EXPECT_EQ(Value(batch, 1, 2), "不詳");
  EXPECT_EQ(Value(batch, 2, 1), "女");
  EXPECT_EQ(io.Output("abstraction")->find("つくば"), std::string::npos);
}

TEST(RunAbstract, AnotherKeyGivesOtherLinkNumbers) {
  auto a = Io(kRecipe, kFile, 3), b = Io(kRecipe, kFile, 3);
  b.SetPseudonymKey(platform::SecretBytes(32));
  ASSERT_OK(RunAbstract(a));
  ASSERT_OK(RunAbstract(b));
  EXPECT_NE(Value(Parquet(a), 0, 0), Value(Parquet(b), 0, 0));
}

TEST(RunAbstract, WhatWasNotCheckedIsNotAbstracted) {
  auto records = Io(kRecipe, kFile, 4);
  EXPECT_TRUE(absl::IsDataLoss(RunAbstract(records).status()));
  auto bytes = Io(kRecipe, kFile, 3, "utf-8", 10);
  EXPECT_TRUE(absl::IsDataLoss(RunAbstract(bytes).status()));
  EXPECT_EQ(bytes.Output("abstraction"), nullptr);
  auto ragged = Io(kRecipe, std::string(kFile) + "1\n", 4);
  EXPECT_TRUE(absl::IsDataLoss(RunAbstract(ragged).status()));
  EXPECT_EQ(ragged.Output("abstraction"), nullptr);
  auto broken = Io(kRecipe, kFile, 3);
  broken.BreakInput("snapshot");
  EXPECT_THAT(RunAbstract(broken), HasReason("STREAM_CORRUPT"));
  EXPECT_EQ(broken.Output("abstraction"), nullptr);
}

TEST(RunAbstract, ARecipeThatDoesNotFitSaysSo) {
  auto header = Io(kRecipe, "氏名,生年月日,性別\n", 0);
  EXPECT_THAT(RunAbstract(header), HasReason("RECIPE_DOES_NOT_FIT"));
  auto invalid = Io("recipe: x\n", kFile, 3);
  EXPECT_THAT(RunAbstract(invalid), HasReason("RECIPE_INVALID"));
}

// Counts by value of a column, worked out from the raw file by splitting lines: the codes of these
// columns are ASCII, and the file quotes nothing.
std::map<std::string, int64_t> RawCounts(const std::string& file, size_t column) {
  std::map<std::string, int64_t> counts;
  const std::vector<absl::string_view> lines = absl::StrSplit(file, '\n', absl::SkipEmpty());
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<absl::string_view> fields = absl::StrSplit(lines[i], ',');
    const std::string value(absl::StripAsciiWhitespace(fields[column]));
    ++counts[value.empty() ? "該当なし" : value];
  }
  return counts;
}

std::map<std::string, int64_t> Counts(const platform::ColumnBatch& batch, absl::string_view name) {
  std::map<std::string, int64_t> counts;
  for (const auto& column : batch.columns) {
    if (column.name != name) continue;
    for (const uint32_t code : column.codes) ++counts[column.dictionary[code]];
  }
  return counts;
}

TEST(RunAbstract, RealAccidentRecordsKeepTheirCounts) {
  const std::string file = ReadAll(Shared("npa/hojuhyo_2019.csv"));
  ASSERT_FALSE(file.empty());
  auto io = Io(ReadAll("deploy/recipes/npa_hojuhyo.yaml"), file, 88961, "cp932");
  ASSERT_OK(RunAbstract(io));
  const platform::ColumnBatch batch = Parquet(io);
  EXPECT_EQ(batch.rows, 88961);
  EXPECT_EQ(Counts(batch, "prefecture"), RawCounts(file, 1));
  EXPECT_EQ(Counts(batch, "party_type"), RawCounts(file, 5));
  EXPECT_EQ(Counts(batch, "vehicle_shape"), RawCounts(file, 12));
  EXPECT_EQ(Counts(batch, "injury"), RawCounts(file, 10));
}

// As above, but that the values of every `step`th record count as 不詳; excluded ones not at all.
std::map<std::string, int64_t> MarkedCounts(const std::string& file, size_t column, size_t step,
                                            size_t exclude) {
  std::map<std::string, int64_t> counts;
  const std::vector<absl::string_view> lines = absl::StrSplit(file, '\n', absl::SkipEmpty());
  for (size_t i = 1; i < lines.size(); ++i) {
    if (i % exclude == 0) continue;
    const std::vector<absl::string_view> fields = absl::StrSplit(lines[i], ',');
    const std::string value(absl::StripAsciiWhitespace(fields[column]));
    ++counts[i % step == 0 ? "不詳" : value.empty() ? "該当なし" : value];
  }
  return counts;
}

TEST(RunAbstract, AcceptedErrorsCountAsUnknownAndExcludedRecordsNotAtAll) {
  constexpr int64_t kRecords = 88961;
  const std::string file = ReadAll(Shared("npa/hojuhyo_2019.csv"));
  ASSERT_FALSE(file.empty());
  std::vector<int64_t> seventh, eleventh, excluded;
  for (int64_t row = 1; row <= kRecords; ++row) {
    if (row % 5 == 0) excluded.push_back(row);
    // Upload names no value of a record that is left out.
    if (row % 7 == 0 && row % 5 != 0) seventh.push_back(row);
    if (row % 11 == 0 && row % 5 != 0) eleventh.push_back(row);
  }
  platform::MemoryJobIo io(nlohmann::json{
      {"recipe", ReadAll("deploy/recipes/npa_hojuhyo.yaml")},
      {"reference_date", "2019-12-31"},
      {"format", {{"encoding", "cp932"}, {"delimiter", ","}}},
      {"records", kRecords},
      {"excluded_rows", excluded},
      {"unreadable", nlohmann::json::array({
                         nlohmann::json::array({"車両形状", seventh}),
                         nlohmann::json::array({"当事者種別", eleventh}),
                     })},
      {"bytes", file.size()}}.dump());
  io.SetPseudonymKey(platform::SecretBytes(32));
  io.SetInput("snapshot", file);
  ASSERT_OK_AND_ASSIGN(const std::string text, RunAbstract(io));
  const platform::ColumnBatch batch = Parquet(io);
  EXPECT_EQ(batch.rows, kRecords - kRecords / 5);
  EXPECT_EQ(Counts(batch, "vehicle_shape"), MarkedCounts(file, 12, 7, 5));
  EXPECT_EQ(Counts(batch, "party_type"), MarkedCounts(file, 5, 11, 5));
  EXPECT_EQ(Counts(batch, "injury"), MarkedCounts(file, 10, kRecords + 1, 5));
  const nlohmann::json result = nlohmann::json::parse(text);
  for (const auto& column : result["columns"]) {
    const std::string name = column["name"];
    if (name == "vehicle_shape") EXPECT_EQ(column["unknown_values"], seventh.size());
    if (name == "party_type") EXPECT_EQ(column["unknown_values"], eleventh.size());
    if (name == "injury") EXPECT_EQ(column["unknown_values"], 0);
  }
}

TEST(RunAbstract, AnUnreadableNumberLinksNobody) {
  const auto run = [](const nlohmann::json& unreadable) {
    nlohmann::json params{{"recipe", kRecipe},
                          {"reference_date", "2025-04-01"},
                          {"format", {{"encoding", "utf-8"}, {"delimiter", ","}}},
                          {"records", 3},
                          {"unreadable", unreadable},
                          {"bytes", sizeof(kFile) - 1}};
    platform::MemoryJobIo io(params.dump());
    io.SetPseudonymKey(platform::SecretBytes(32));
    io.SetInput("snapshot", kFile);
    const auto result = RunAbstract(io);
    return std::pair(result.status(), result.ok() ? Parquet(io) : platform::ColumnBatch());
  };
  const nlohmann::json marks = nlohmann::json::array(
      {nlohmann::json::array({"性別", {1}}), nlohmann::json::array({"宛名番号", {1, 2}})});
  const auto [status, batch] = run(marks);
  ASSERT_OK(status);
  EXPECT_EQ(Value(batch, 0, 0), "");
  EXPECT_EQ(Value(batch, 0, 1), "");
  EXPECT_EQ(Value(batch, 0, 2).size(), 32u);
  EXPECT_EQ(Value(batch, 1, 0), "45-49歳");
  EXPECT_EQ(Value(batch, 2, 0), "不明");
  EXPECT_EQ(Value(batch, 2, 1), "女");
  EXPECT_TRUE(
      absl::IsDataLoss(run(nlohmann::json::array({nlohmann::json::array({"無い列", {1}})})).first));
  EXPECT_FALSE(run(nlohmann::json::array({"性別"})).first.ok());
}

TEST(RunAbstract, LeavesOutExcludedRecordsAndReadsThroughTheProfile) {
  const std::string file =
      "ID\t性別\t生年月日\t氏名\n1\t男\t昭和55年3月2日\t一\n2\t女\t昭和55年4月2日\t二\n"
      "3\t男\t昭和56年4月2日\t三\n";
  platform::MemoryJobIo io(
      nlohmann::json{
          {"recipe", kRecipe},
          {"reference_date", "2025-04-01"},
          {"format",
           {{"encoding", "utf-8"},
            {"delimiter", "\t"},
            {"columns", {"宛名番号", "氏名", "生年月日", "性別"}},
            {"profile", nlohmann::json::parse(
                            R"({"encoding":"utf-8","delimiter":"\t","columns":[["ID","宛名番号"]],)"
                            R"("codes":[["性別","男","1"],["性別","女","2"]]})")}}},
          {"records", 3},
          {"excluded_rows", {2}},
          {"bytes", file.size()}}
          .dump(),
      1000);
  platform::SecretBytes key(32);
  key.data()[0] = 7;
  io.SetPseudonymKey(std::move(key));
  io.SetInput("snapshot", file);
  const auto result = RunAbstract(io);
  ASSERT_OK(result);
  EXPECT_EQ(nlohmann::json::parse(*result)["records"], 2);
  const platform::ColumnBatch batch = Parquet(io);
  EXPECT_EQ(batch.rows, 2);
  for (const uint32_t code : batch.columns[2].codes) {
    EXPECT_EQ(batch.columns[2].dictionary[code], "男");
  }
}

}  // namespace
}  // namespace oboro::abstraction

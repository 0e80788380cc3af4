#include "services/upload/try_function.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/civic/layout/table_profile.h"
#include "services/civic/text/encoding.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/jobs/memory_job_io.h"

namespace oboro::upload {
namespace {

using Texts = std::vector<std::string>;

constexpr char kSchema[] = R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
key: [番号]
error_limit: 2
columns:
  - {name: 番号, type: digits, required: true}
  - {name: 性別, type: code, codes: ["1", "2"], required: true}
)";

struct Try {
  std::string head;
  bool whole = true;
  std::optional<civic::TableProfile> profile;
  bool encoding = false;  // Whether the profile gives it.
  bool delimiter = false;
};

nlohmann::json Look(const Try& tried) {
  nlohmann::json params{{"schema", kSchema},
                        {"head", absl::Base64Escape(tried.head)},
                        {"whole", tried.whole},
                        {"encoding", tried.encoding},
                        {"delimiter", tried.delimiter}};
  if (tried.profile.has_value()) {
    params["profile"] = nlohmann::json::parse(civic::ProfileJson(*tried.profile));
  }
  platform::MemoryJobIo io(params.dump());
  const auto result = RunTry(io);
  EXPECT_OK(result);
  return result.ok() ? nlohmann::json::parse(*result) : nlohmann::json();
}

std::string Cp932(const std::string& text) {
  std::string out;
  EXPECT_TRUE(civic::EncodeText(civic::Encoding::kCp932, text, civic::Unmappable::kFail, &out,
                                nullptr, nullptr));
  return out;
}

TEST(RunTry, AFileInItsOwnLayoutIsCheckedAsTheCheckDoes) {
  const nlohmann::json seen = Look({"番号,性別\n1,1\n2,3\n1,2\n"});
  EXPECT_EQ(seen["encoding"], "utf-8");
  EXPECT_EQ(seen["delimiter"], ",");
  EXPECT_EQ(seen["headers"], Texts({"番号", "性別"}));
  EXPECT_EQ(seen["mapped"], Texts({"番号", "性別"}));
  EXPECT_EQ(seen["missing"], Texts());
  EXPECT_EQ(seen["records"], std::vector<Texts>({{"1", "1"}, {"2", "3"}, {"1", "2"}}));
  EXPECT_EQ(seen["checked"], 3);
  EXPECT_EQ(seen["needs_profile"], false);
  ASSERT_EQ(seen["findings"].size(), 2u);
  EXPECT_EQ(seen["findings"][0][0], 2);
  EXPECT_EQ(seen["findings"][0][1], "性別");
  EXPECT_EQ(seen["findings"][0][2], "CODE_NOT_IN_LIST");
  EXPECT_EQ(seen["findings"][0][4], "3");
  EXPECT_EQ(seen["findings"][1][2], "DUPLICATE_KEY");
  ASSERT_EQ(seen["counts"].size(), 2u);
  EXPECT_EQ(seen["counts"][0][2].get<int>() + seen["counts"][1][2].get<int>(), 2);
}

TEST(RunTry, TheCutLastRecordIsLeftOut) {
  std::string file = "番号,性別\n";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&file, i, ",1\n");
  // Cut in the middle of a record, of a character and after a quote: only whole records count.
  for (const std::string& tail : {"1000,", "1\xE6\x80", "\"7", "1000,9"}) {
    const nlohmann::json seen = Look({file + tail, false});
    EXPECT_EQ(seen["checked"], 1000) << tail;
    EXPECT_EQ(seen["counts"].size(), 0u) << tail << seen["counts"];
    EXPECT_EQ(seen["records"].size(), 20u);
  }
  // The whole file ends so: that is an error.
  EXPECT_EQ(Look({file + "\"7"})["counts"][0][0], "CSV_UNBALANCED_QUOTE");
  EXPECT_EQ(Look({file + "1000,9"})["checked"], 1001);
}

TEST(RunTry, EncodingAndDelimiterAreDetected) {
  const std::string rows = "1\t1\n2\t2\n";
  nlohmann::json seen = Look({Cp932("番号\t性別\n") + rows});
  EXPECT_EQ(seen["encoding"], "cp932");
  EXPECT_EQ(seen["delimiter"], "\t");
  EXPECT_EQ(seen["headers"], Texts({"番号", "性別"}));
  EXPECT_EQ(seen["checked"], 2);
  EXPECT_EQ(seen["counts"].size(), 0u);
  EXPECT_EQ(seen["needs_profile"], true);
  seen = Look({"\xEF\xBB\xBF番号,性別\r\n1,1\r\n"});
  EXPECT_EQ(seen["encoding"], "utf-8-bom");
  EXPECT_EQ(seen["needs_profile"], false) << "a byte order mark is read past";
  EXPECT_EQ(Look({"番号;性別;備考,摘要\n1;1;a\n"})["delimiter"], ";");
  EXPECT_EQ(Look({"a|b|c\n1|1|2\n"})["delimiter"], "|");
  // Given is given.
  civic::TableProfile profile;
  profile.format = {civic::Encoding::kCp932, ';'};
  seen = Look({"番号,性別\n1,1\n", true, profile, true, true});
  EXPECT_EQ(seen["encoding"], "cp932");
  EXPECT_EQ(seen["delimiter"], ";");
  seen = Look({"番号,性別\n1,1\n", true, profile, false, false});
  EXPECT_EQ(seen["encoding"], "utf-8");
  EXPECT_EQ(seen["delimiter"], ",");
}

TEST(RunTry, AnotherOrderIsReadAndOtherHeadersAreIgnored) {
  const nlohmann::json seen = Look({"備考,性別,番号\nx,1,1\ny,5,2\n"});
  EXPECT_EQ(seen["mapped"], Texts({"", "性別", "番号"}));
  EXPECT_EQ(seen["needs_profile"], true);
  EXPECT_EQ(seen["checked"], 2);
  ASSERT_EQ(seen["findings"].size(), 1u);
  EXPECT_EQ(seen["findings"][0][1], "性別");
  EXPECT_EQ(seen["findings"][0][4], "5");
}

TEST(RunTry, WhatTheFileLacksIsTold) {
  nlohmann::json seen = Look({"ID,性別\n1,1\n"});
  EXPECT_EQ(seen["missing"], Texts({"番号"}));
  EXPECT_EQ(seen["checked"], 0);
  EXPECT_EQ(seen["records"].size(), 1u);
  EXPECT_EQ(seen["findings"][0][2], "HEADER_MISMATCH");
  civic::TableProfile profile;
  profile.columns = {{"ID", "番号"}};
  profile.codes = {{"性別", "男", "1"}};
  seen = Look({"ID,性別\n1,男\n2,女\n", true, profile});
  EXPECT_EQ(seen["missing"], Texts());
  EXPECT_EQ(seen["mapped"], Texts({"番号", "性別"}));
  EXPECT_EQ(seen["records"][0][1], "男") << "as it stands in the file";
  EXPECT_EQ(seen["checked"], 2);
  ASSERT_EQ(seen["findings"].size(), 1u);
  EXPECT_EQ(seen["findings"][0][4], "女");
}

TEST(RunTry, LongCellsAreCutAtACharacterHeadersToo) {
  const std::string file = "番号,性別," + std::string(500, ' ') + std::string(600, 'x') +
                           "漢\n1,1," + std::string(998, 'y') + "字字\n";
  const nlohmann::json seen = Look({file});
  ASSERT_EQ(seen["headers"].size(), 3u);
  EXPECT_EQ(seen["headers"][2].get<std::string>().size(), 1000u);
  EXPECT_EQ(seen["records"][0][2].get<std::string>(), std::string(998, 'y'));
  EXPECT_EQ(seen["mapped"].size(), 3u);
}

TEST(RunTry, AllAreCountedAndTheFirstShown) {
  std::string file = "番号,性別\n";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&file, i, ",9\n");
  nlohmann::json seen = Look({file, false});
  EXPECT_EQ(seen["findings"].size(), 200u);
  EXPECT_EQ(seen["counts"][0][2], 1000);
  // Of the whole file the limit on errors is one of its faults.
  seen = Look({file, true});
  EXPECT_EQ(seen["findings"].size(), 200u);
  EXPECT_EQ(seen["findings"][0][2], "ERROR_LIMIT_EXCEEDED");
}

TEST(RunTry, WhatIsNoTextIsAFinding) {
  const nlohmann::json seen = Look({"PK\x03\x04" + std::string(600, '\0')});
  EXPECT_EQ(seen["headers"], Texts());
  EXPECT_EQ(seen["findings"][0][2], "FILE_NOT_TEXT");
  EXPECT_EQ(seen["needs_profile"], false) << "a profile would not help";
  EXPECT_EQ(Look({""})["findings"][0][2], "FILE_EMPTY");
}

TEST(RunTry, AnyBytesAreAnswered) {
  std::mt19937_64 random(7);
  const std::string alphabet = "番号性別,;\t\"\r\n0129\xFF\x81\x40\xE3\xEF\xBB\xBF|PK\x03\x04";
  for (int i = 0; i < 2000; ++i) {
    std::string head = i % 3 == 0 ? "番号,性別\n" : "";
    const size_t size = random() % 700;
    for (size_t at = 0; at < size; ++at) head += alphabet[random() % alphabet.size()];
    const nlohmann::json seen = Look({head, i % 2 == 0});
    ASSERT_LE(seen["findings"].size(), 200u);
    ASSERT_LE(seen["records"].size(), 20u);
    ASSERT_EQ(seen["mapped"].size(), seen["headers"].size());
  }
  // The greatest head without a line, of quotes and of columns.
  for (const std::string& one : {"a", "\"", ",", "a,\n"}) {
    std::string head;
    while (head.size() + one.size() <= 1 << 20) head += one;
    Look({head, true});
    Look({head, false});
  }
}

TEST(RunTry, OrdersThatAreNoneAreErrors) {
  for (const std::string& params : {"", "[]", "{}", R"({"schema": "x"})"}) {
    platform::MemoryJobIo io(params);
    EXPECT_FALSE(RunTry(io).ok()) << params;
  }
}

}  // namespace
}  // namespace oboro::upload

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/cli/app.h"
#include "services/cli/exit_codes.h"
#include "services/cli/files.h"
#include "services/cli/text.h"
#include "services/cli/transfer.h"
#include "services/platform/base/status_matchers.h"

namespace oboro::cli {
namespace {

using platform::HasReason;
using ::testing::HasSubstr;

struct Answer {
  int code;
  std::string out, err;
};

Answer RunOboro(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "oboro");
  std::ostringstream out, err;
  const int code = RunCli(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {code, out.str(), err.str()};
}

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    std::string pattern = "/tmp/oboro-cli-test-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST(TextTest, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(DisplayWidth("秘匿X"), 5);
  EXPECT_EQ(Pad("秘匿", 6, /*right=*/true), "  秘匿");
  EXPECT_EQ(FormatTable({"町字", "計"}, {{"東", "1,234"}, {"吾妻一丁目", "5"}}),
            "町字        計\n東          1,234\n吾妻一丁目      5\n");
}

TEST(TextTest, WhatControlsATerminalIsShown) {
  EXPECT_EQ(Visible("町\x1b[2J\x07\u009b1m\u202e\u2028\x7f\n"),
            "町\\x1B[2J\\x07\\x9B1m\\u202E\\u2028\\x7F\\x0A");
  EXPECT_EQ(Visible("a\n\tb\r", true), "a\n\tb\\x0D");
  EXPECT_EQ(Visible("a\xff\xe3\x81"), "a\\xFF\\xE3\\x81");
  EXPECT_EQ(Visible("葛\U000E0100城 👨‍👩‍👧 é"),
            "葛\U000E0100城 👨‍👩‍👧 é");
  EXPECT_EQ(FormatTable({"名"}, {{"山\n田\x1b]0;x"}}), "名\n山\\x0A田\\x1B]0;x\n");
  std::ostringstream text, json;
  tenancy::v1::Policy policy;
  policy.set_name("tenants/a\rb");
  policy.set_document("k: 3\nname: \x1b[31m\n");
  Output(text, false).Print(policy);
  EXPECT_THAT(text.str(), HasSubstr("name: tenants/a\\x0Db\n"));
  EXPECT_THAT(text.str(), HasSubstr("document:\n  | k: 3\n  | name: \\x1B[31m\n"));
  Output(json, true).Print(policy);
  EXPECT_EQ(nlohmann::json::parse(json.str())["document"], policy.document());
}

TEST(TextTest, TimesKeepTheirFractions) {
  EXPECT_EQ(ParseTimeOrDay("2026-04-01T09:00:00.123456+09:00"),
            absl::FromUnixMicros(1'775'001'600'123'456));
  EXPECT_EQ(ParseTimeOrDay("2026-04-01"), absl::FromUnixSeconds(1'774'969'200));
  EXPECT_EQ(ParseTimeOrDay("昨日"), std::nullopt);
}

TEST(TextTest, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
}

TEST(OutputTest, EnumsAndListsReadAsWords) {
  tenancy::v1::ListTenantsResponse response;
  auto* tenant = response.add_tenants();
  tenant->set_name("tenants/a");
  tenant->set_state(tenancy::v1::TENANT_STATE_ACTIVE);
  std::ostringstream text, json;
  Output(text, false).PrintList(response, "tenants", {"name", "state"});
  EXPECT_EQ(text.str(), "name       state\ntenants/a  ACTIVE\n");
  Output(json, true).PrintList(response, "tenants", {"name", "state"});
  EXPECT_THAT(json.str(), HasSubstr("\"municipality_code\":\"\""));
}

TEST(CliTest, UnknownCommandsAreBadInput) {
  EXPECT_EQ(RunOboro({"no-such-command"}).code, kBadInput);
  EXPECT_EQ(RunOboro({}).code, kBadInput);
  EXPECT_EQ(RunOboro({"--help"}).code, kOk);
}

TEST(CliTest, AMissingInstanceIsToldWithItsRemedy) {
  const Answer answer = RunOboro({"--state", "/nonexistent", "tenants", "list", "--json"});
  EXPECT_EQ(answer.code, kBadInput);
  EXPECT_THAT(answer.err, HasSubstr("\"reason\":\"INVALID_INPUT\""));
  EXPECT_THAT(answer.err, HasSubstr("/nonexistent/instance.json"));
}

TEST_F(FilesTest, SynthWritesWholeFilesOrNone) {
  const std::string file = folder_ + "/register.csv";
  EXPECT_EQ(RunOboro({"synth", "--municipality", "082201", "--population", "50", "--as-of",
                      "2025-04-01", "--out", file.c_str()})
                .code,
            kOk);
  EXPECT_GT(std::filesystem::file_size(file), 1000u);
  const std::string refused = folder_ + "/refused.csv";
  EXPECT_EQ(RunOboro({"synth", "--municipality", "999999", "--population", "50", "--as-of",
                      "2025-04-01", "--out", refused.c_str()})
                .code,
            kBadInput);
  EXPECT_FALSE(std::filesystem::exists(refused));
  EXPECT_FALSE(std::filesystem::exists(refused + ".new"));
}

TEST_F(FilesTest, TheSameFileKeepsItsRequestIdUntilItChanges) {
  const std::string file = folder_ + "/data.csv";
  ASSERT_OK(WriteFile(file, "a\n1\n"));
  ASSERT_OK_AND_ASSIGN(const std::string first, FileRequestId("scope", file));
  EXPECT_THAT(FileRequestId("scope", file), platform::IsOkAndHolds(first));
  EXPECT_NE(*FileRequestId("other", file), first);
  ASSERT_OK(WriteFile(file, "a\n1\n2\n"));
  EXPECT_NE(*FileRequestId("scope", file), first);
  EXPECT_THAT(FileRequestId("scope", folder_ + "/none"), HasReason("INVALID_INPUT"));
}

TEST_F(FilesTest, SecretsAreWrittenForTheOwnerOnly) {
  const std::string file = folder_ + "/token.json";
  ASSERT_OK(WriteFile(file, "secret", 0600));
  struct stat info;
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(ExitCodeTest, EveryRefusalHasItsOwn) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), kOk);
  EXPECT_EQ(ExitCodeOf(platform::NotFoundError()), kDenied);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("")), kDenied);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), kRefused);
  EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("")), kUnauthenticated);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("")), kQuota);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("")), kVerificationFailed);
}

}  // namespace
}  // namespace oboro::cli

#include "services/aggregation/joint/joint_part.h"

#include <gtest/gtest.h>

#include <map>

#include "services/aggregation/ledger_params.h"
#include "services/platform/base/status.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/jobs/memory_job_io.h"

namespace oboro::aggregation {
namespace {

using platform::HasReason;

// An abstraction of one column, with so many records of each town.
absl::StatusOr<std::string> Abstraction(const std::map<std::string, int>& towns) {
  platform::ColumnBatch batch;
  batch.columns.push_back({"town", {}, {}});
  for (const auto& [town, count] : towns) {
    const auto code = static_cast<uint32_t>(batch.columns[0].dictionary.size());
    batch.columns[0].dictionary.push_back(town);
    batch.columns[0].codes.insert(batch.columns[0].codes.end(), static_cast<size_t>(count), code);
    batch.rows += count;
  }
  std::string bytes;
  ASSIGN_OR_RETURN(const auto writer, platform::ParquetWriter::Create({"town"}, /*threads=*/1));
  RETURN_IF_ERROR(writer->Append(batch));
  RETURN_IF_ERROR(writer->Finish([&bytes](absl::string_view some) {
    bytes.append(some.data(), some.size());
    return absl::OkStatus();
  }));
  return bytes;
}

TableRequest Request() {
  TableRequest request;
  request.spec.axes = {{"town", {}}};
  request.min_count = 10;
  request.threads = 1;
  return request;
}

absl::StatusOr<nlohmann::json> RunPart(const std::string& abstraction,
                                       const std::vector<LedgerEntry>& earlier) {
  platform::MemoryJobIo io(LedgerParams(Request(), earlier));
  io.SetInput("abstraction", abstraction);
  ASSIGN_OR_RETURN(const std::string result, RunJointPart(io));
  return nlohmann::json::parse(result);
}

TEST(JointPartTest, TheEvidenceNamesTheEarlierStatisticThatAskedTheSame) {
  ASSERT_OK_AND_ASSIGN(const std::string people, Abstraction({{"東", 30}, {"西", 40}, {"南", 3}}));
  ASSERT_OK_AND_ASSIGN(const nlohmann::json first, RunPart(people, {}));
  EXPECT_EQ(first["evidence"]["ledger"]["repeats"], "");
  EXPECT_EQ(first["evidence"]["ledger"]["verdict"], "SAFE");
  EXPECT_EQ(first["evidence"]["ledger"].count("because"), 0u) << "only a refusal has it";
  EXPECT_EQ(first["evidence"]["primary"], 1);
  ASSERT_OK_AND_ASSIGN(LedgerEntry entry, LedgerEntryFromJson(first["ledger"]));
  entry.statistic = "s1";
  ASSERT_OK_AND_ASSIGN(const nlohmann::json again, RunPart(people, {entry}));
  EXPECT_EQ(again["evidence"]["ledger"]["repeats"], "s1");
  EXPECT_EQ(again["part"], first["part"]);
}

TEST(JointPartTest, OtherRecordsThanThoseOfTheLedgerAreRefused) {
  ASSERT_OK_AND_ASSIGN(const std::string people, Abstraction({{"東", 30}, {"西", 40}}));
  ASSERT_OK_AND_ASSIGN(const std::string others, Abstraction({{"東", 30}, {"西", 41}}));
  ASSERT_OK_AND_ASSIGN(const nlohmann::json first, RunPart(people, {}));
  ASSERT_OK_AND_ASSIGN(const LedgerEntry entry, LedgerEntryFromJson(first["ledger"]));
  EXPECT_THAT(RunPart(others, {entry}).status(), HasReason("LEDGER_BASIS_DIFFERS"));
}

TEST(JointPartTest, WithoutTheLedgerNothingIsMade) {
  ASSERT_OK_AND_ASSIGN(const std::string people, Abstraction({{"東", 30}, {"西", 40}}));
  for (const char* ledger : {"", "none", "{}"}) {
    auto params = nlohmann::json::parse(RequestText(Request()));
    if (*ledger != '\0') params["ledger"] = ledger;
    platform::MemoryJobIo io(params.dump());
    io.SetInput("abstraction", people);
    EXPECT_EQ(RunJointPart(io).status().code(), absl::StatusCode::kInternal) << ledger;
  }
  EXPECT_EQ(ParseLedger("[]").status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ParseLedger("no JSON").status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace oboro::aggregation

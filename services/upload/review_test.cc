// Findings under review: from the check to the last settlement, over a real database.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "services/upload/list_snapshots_handler.h"
#include "services/upload/settle_findings_handler.h"
#include "services/upload/testing/upload_fixture.h"
#include "services/upload/update_dataset_handler.h"

namespace oboro::upload {
namespace {

constexpr char kReviewed[] = R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
key: [番号]
error_limit: 1000000
columns:
  - {name: 番号, type: digits, required: true}
  - {name: 性別, type: code, codes: ["1", "2"], required: true}
  - {name: 生年月日, type: register_date}
)";

// Records 2 and 3 have a code that is none, 3 a date not fully known, 4 the key of 1.
constexpr char kFile[] =
    "番号,性別,生年月日\n1,1,1980-01-01\n2,9,1980-01-01\n3,8,年月日不詳\n1,2,1980-01-01\n";

class ReviewTest : public UploadTest {
 protected:
  void SetUp() override {
    UploadTest::SetUp();
    schema_ = kReviewed;
  }

  std::string UnderReview(const std::string& file = kFile) {
    const std::string name = Open(false, "r1", /*review=*/true);
    EXPECT_OK(Append(name, file, 0, file.size(), 1 << 20));
    EXPECT_OK(Complete(name, static_cast<int64_t>(file.size())));
    EXPECT_OK(RunCheckJob(Lease()));
    return name;
  }

  absl::StatusOr<v1::SettleFindingsResponse> Settle(const std::string& name, v1::Settlement how,
                                                    const std::string& rule = "",
                                                    const std::vector<int64_t>& rows = {},
                                                    const std::string& reason = "確認済み",
                                                    bool only_open = false) {
    v1::SettleFindingsRequest request;
    request.set_name(name);
    request.set_settlement(how);
    request.set_rule(rule);
    request.set_reason(reason);
    request.set_only_open(only_open);
    for (const int64_t row : rows) request.add_rows(row);
    return SettleFindingsHandler(deps_).Handle(Call(), request);
  }

  v1::ListFindingsResponse List(const std::string& name, const std::string& rule,
                                v1::Settlement settlement, int size = 0,
                                const std::string& token = "") {
    v1::ListFindingsRequest request;
    request.set_parent(name);
    request.set_rule(rule);
    request.set_settlement(settlement);
    request.set_page_size(size);
    request.set_page_token(token);
    auto response = ListFindingsHandler(deps_).Handle(Call(), request);
    EXPECT_OK(response);
    return response.ok() ? *response : v1::ListFindingsResponse();
  }
};

TEST_F(ReviewTest, FindingsWaitAndAreSettledByRuleAndRow) {
  const std::string name = UnderReview();
  v1::Snapshot snapshot = Get(name, false);
  EXPECT_EQ(snapshot.state(), v1::SNAPSHOT_STATE_REVIEW);
  EXPECT_EQ(snapshot.open_findings(), 4);
  // Nobody else may load the key of what is not accepted.
  EXPECT_EQ(One("SELECT state FROM tenancy.data_keys WHERE object_id ="
                " (SELECT object_id FROM upload.snapshots)"),
            "PENDING");
  ASSERT_OK_AND_ASSIGN(auto settled, Settle(name, v1::SETTLEMENT_EXCLUDED, "DUPLICATE_KEY"));
  EXPECT_EQ(settled.settled(), 1);
  EXPECT_EQ(settled.snapshot().open_findings(), 3);
  EXPECT_EQ(settled.snapshot().excluded_records(), 1);
  ASSERT_OK(Settle(name, v1::SETTLEMENT_EXCLUDED, "CODE_NOT_IN_LIST", {3}, "桁ずれ"));
  // Decided otherwise while the review lasts; the same again changes nothing.
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "DATE_UNCERTAIN"));
  EXPECT_EQ(settled.settled(), 1);
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "DATE_UNCERTAIN"));
  EXPECT_EQ(settled.settled(), 0);
  EXPECT_EQ(List(name, "", v1::SETTLEMENT_OPEN).findings_size(), 1);
  const auto excluded = List(name, "CODE_NOT_IN_LIST", v1::SETTLEMENT_EXCLUDED);
  ASSERT_EQ(excluded.findings_size(), 1);
  EXPECT_EQ(excluded.findings(0).row(), 3);
  EXPECT_EQ(excluded.findings(0).reason(), "桁ずれ");
  EXPECT_EQ(excluded.findings(0).value(), "8");
  snapshot = Get(name, false);
  ASSERT_EQ(snapshot.finding_counts_size(), 3);
  for (const v1::FindingCount& count : snapshot.finding_counts()) {
    EXPECT_EQ(count.open() + count.accepted() + count.excluded() + count.returned(), count.count());
  }
  // Services are told nothing of records before the end.
  EXPECT_EQ(Get(name).excluded_rows_size(), 0);
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "CODE_NOT_IN_LIST", {2}));
  EXPECT_EQ(settled.snapshot().state(), v1::SNAPSHOT_STATE_ACCEPTED);
  snapshot = Get(name);
  EXPECT_EQ(std::vector<int64_t>(snapshot.excluded_rows().begin(), snapshot.excluded_rows().end()),
            (std::vector<int64_t>{3, 4}));
  ASSERT_EQ(snapshot.unreadable_size(), 1);
  EXPECT_EQ(snapshot.unreadable(0).column(), "性別");
  EXPECT_EQ(snapshot.unreadable(0).rows(0), 2);
  EXPECT_EQ(Get(name, false).excluded_rows_size(), 0);
  EXPECT_EQ(One("SELECT rows FROM tenancy.usage"), "4");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys WHERE state = 'LIVE'"), "2");
  // The last call, sent again after a lost answer; anything else comes too late.
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "CODE_NOT_IN_LIST", {2}));
  EXPECT_EQ(settled.settled(), 0);
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_RETURNED), HasReason("SNAPSHOT_NOT_IN_REVIEW"));
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.audit_events WHERE action = 'SETTLE_FINDINGS'"), "4");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.audit_events WHERE action = 'ACCEPT_SNAPSHOT'"), "1");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.audit_events WHERE detail::text LIKE '%桁ずれ%'"),
            "0");
}

// What a child that a file has taken over could answer; the service counts after it.
TEST_F(ReviewTest, PositionsThatTheChildMadeUpAreRefused) {
  const std::string name = Open(false, "r1", /*review=*/true), file = kFile;
  ASSERT_OK(Append(name, file, 0, file.size(), 1 << 20));
  ASSERT_OK(Complete(name, static_cast<int64_t>(file.size())));
  platform::LeasedJob job = Lease();
  const auto run = [&](const std::function<void(nlohmann::json&)>& alter) {
    CheckJob handler(deps_, [&](platform::ChildRequest request) {
      auto result = platform::RunInProcess(std::move(request), RunCheck);
      if (!result.ok()) return result;
      nlohmann::json answer = nlohmann::json::parse(result->result);
      alter(answer);
      result->result = answer.dump();
      return result;
    });
    return handler.Run(*tenant_, job, [](const platform::ChildProgress&) { return true; });
  };
  const std::vector<std::function<void(nlohmann::json&)>> lies = {
      [](auto& answer) { answer["positions"][0][1] = "無い列"; },
      [](auto& answer) { answer["positions"][0][0] = "NO_RULE"; },
      [](auto& answer) { answer["positions"][0][2] = "ERROR"; },
      [](auto& answer) { answer["positions"][0][4] = "AQE="; },
      [](auto& answer) { answer["positions"].erase(0); },
      [](auto& answer) { answer["errors"] = 4; },
      // Two of a rule at one place instead of at two records of its column.
      [](auto& answer) {
        for (auto& item : answer["positions"]) {
          if (item[0] != "CODE_NOT_IN_LIST") continue;
          item[3] = 1;
          item[4] = "Ag==";
          answer["positions"].push_back(nlohmann::json(item));
          return;
        }
      },
  };
  for (size_t i = 0; i < lies.size(); ++i) {
    job.attempt = static_cast<int>(i) + 2;  // What an attempt writes has a name of its own.
    EXPECT_EQ(run(lies[i]).code(), absl::StatusCode::kInternal) << i;
    EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_CHECKING);
  }
  EXPECT_EQ(One("SELECT count(*) FROM upload.finding_positions"), "0");
  job.attempt = 1;
  ASSERT_OK(run([](auto&) {}));
  EXPECT_EQ(Get(name).open_findings(), 4);
}

// 300 findings of one rule, some decided one by one: the rest is settled at once and they stay.
TEST_F(ReviewTest, TheRestIsSettledWithoutOverwriting) {
  std::string file = "番号,性別,生年月日\n";
  for (int i = 1; i <= 300; ++i) absl::StrAppend(&file, i, ",7,\n");
  absl::StrAppend(&file, "301,1,年月日不詳\n");
  const std::string name = UnderReview(file);
  ASSERT_OK(Settle(name, v1::SETTLEMENT_EXCLUDED, "CODE_NOT_IN_LIST", {7, 250}, "桁ずれ"));
  ASSERT_OK_AND_ASSIGN(auto settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "CODE_NOT_IN_LIST", {},
                                            "台帳のとおり", true));
  EXPECT_EQ(settled.settled(), 298);
  // Another's decision that came in between: nothing of the rule waits, and nothing is changed.
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_RETURNED, "CODE_NOT_IN_LIST", {},
                                       "抽出をやり直す", true));
  EXPECT_EQ(settled.settled(), 0);
  const auto excluded = List(name, "CODE_NOT_IN_LIST", v1::SETTLEMENT_EXCLUDED);
  ASSERT_EQ(excluded.findings_size(), 2);
  EXPECT_EQ(excluded.findings(1).reason(), "桁ずれ");
  EXPECT_EQ(List(name, "", v1::SETTLEMENT_RETURNED).findings_size(), 0);
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "", {}, "確認済み", true));
  EXPECT_EQ(settled.settled(), 1);
  EXPECT_EQ(settled.snapshot().state(), v1::SNAPSHOT_STATE_ACCEPTED);
  const v1::Snapshot snapshot = Get(name);
  EXPECT_EQ(std::vector<int64_t>(snapshot.excluded_rows().begin(), snapshot.excluded_rows().end()),
            (std::vector<int64_t>{7, 250}));
  // The last call again is the same decision; without the word it would be another.
  ASSERT_OK(Settle(name, v1::SETTLEMENT_ACCEPTED, "", {}, "確認済み", true));
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_ACCEPTED), HasReason("SNAPSHOT_NOT_IN_REVIEW"));
}

TEST_F(ReviewTest, SentBackDestroysTheBytesAndKeepsTheFindings) {
  const std::string name = UnderReview();
  ASSERT_OK(Settle(name, v1::SETTLEMENT_RETURNED, "DUPLICATE_KEY", {}, "抽出をやり直す"));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_REVIEW);
  ASSERT_OK_AND_ASSIGN(const auto settled, Settle(name, v1::SETTLEMENT_RETURNED));
  EXPECT_EQ(settled.settled(), 4);  // Another reason is another decision.
  EXPECT_EQ(settled.snapshot().state(), v1::SNAPSHOT_STATE_RETURNED);
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_EQ(objects.size(), 1u);  // The findings: what is to be mended.
  EXPECT_EQ(List(name, "", v1::SETTLEMENT_RETURNED).findings_size(), 4);
  EXPECT_EQ(One("SELECT rows FROM tenancy.usage"), "0");
  v1::DestroySnapshotRequest destroy;
  destroy.set_name(name);
  ASSERT_OK(DestroySnapshotHandler(deps_).Handle(Call(), destroy));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_DESTROYED);
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys"), "0");
}

TEST_F(ReviewTest, RefusesWhatIsNoDecision) {
  const std::string name = UnderReview();
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_OPEN), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_ACCEPTED, "", {}, ""), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_ACCEPTED, "", {0}), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_ACCEPTED, "NOT_DIGITS"), HasReason("NO_SUCH_FINDING"));
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_ACCEPTED, "", {1}), HasReason("NO_SUCH_FINDING"));
  v1::SettleFindingsRequest request;
  request.set_name(name);
  request.set_settlement(v1::SETTLEMENT_ACCEPTED);
  request.set_reason("他課");
  EXPECT_THAT(SettleFindingsHandler(deps_).Handle(Call("zei"), request),
              HasReason("NOT_YOUR_DEPARTMENT"));
  EXPECT_EQ(Get(name).open_findings(), 4);
}

TEST_F(ReviewTest, AFileIsNotExcludedWhole) {
  const std::string name = UnderReview("番号,性別,生年月日\n1,9,\n2,8,\n");
  EXPECT_THAT(Settle(name, v1::SETTLEMENT_EXCLUDED), HasReason("ALL_RECORDS_EXCLUDED"));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_REVIEW);
  ASSERT_OK(Settle(name, v1::SETTLEMENT_RETURNED));
}

TEST_F(ReviewTest, WithoutFindingsOrWithoutReviewNothingWaits) {
  const std::string clean = UnderReview("番号,性別,生年月日\n1,1,\n");
  EXPECT_EQ(Get(clean).state(), v1::SNAPSHOT_STATE_ACCEPTED);
  v1::UpdateDatasetRequest update;
  update.set_name("tenants/a/datasets/people");
  update.set_display_name("住民");
  ASSERT_OK_AND_ASSIGN(const auto updated, UpdateDatasetHandler(deps_).Handle(Call(), update));
  EXPECT_EQ(updated.dataset().display_name(), "住民");
  EXPECT_FALSE(updated.dataset().review_findings());
  EXPECT_THAT(UpdateDatasetHandler(deps_).Handle(Call("zei"), update),
              HasReason("NOT_YOUR_DEPARTMENT"));
  v1::CreateSnapshotRequest create;
  create.set_parent("tenants/a/datasets/people");
  create.set_reference_date("2025-04-01");
  create.set_request_id("r2");
  ASSERT_OK_AND_ASSIGN(const auto made, CreateSnapshotHandler(deps_).Handle(Call(), create));
  const std::string name = made.snapshot().name(), file = kFile;
  ASSERT_OK(Append(name, file, 0, file.size(), 1 << 20));
  ASSERT_OK(Complete(name, static_cast<int64_t>(file.size())));
  ASSERT_OK(RunCheckJob(Lease()));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_ACCEPTED);
  EXPECT_EQ(One("SELECT count(*) FROM upload.finding_positions"), "0");
}

TEST_F(ReviewTest, AHundredThousandFindingsAreSettledAtOnce) {
  deps_.commit_bytes = 1 << 20;
  std::string file = "番号,性別,生年月日\n";
  for (int i = 1; i <= 100000; ++i) absl::StrAppend(&file, i, ",7,\n");
  absl::StrAppend(&file, "100001,1,\n");
  const std::string name = UnderReview(file);
  EXPECT_EQ(Get(name, false).open_findings(), 100000);
  const absl::Time begin = absl::Now();
  ASSERT_OK_AND_ASSIGN(
      auto settled, Settle(name, v1::SETTLEMENT_ACCEPTED, "CODE_NOT_IN_LIST", {5, 50000, 100000}));
  EXPECT_EQ(settled.settled(), 3);
  ASSERT_OK_AND_ASSIGN(settled, Settle(name, v1::SETTLEMENT_EXCLUDED, "CODE_NOT_IN_LIST"));
  EXPECT_EQ(settled.settled(), 100000);
  const absl::Duration took = absl::Now() - begin;
  EXPECT_LT(took, absl::Seconds(2)) << took;
  RecordProperty("settle_milliseconds", static_cast<int>(absl::ToInt64Milliseconds(took)));
  EXPECT_EQ(settled.snapshot().state(), v1::SNAPSHOT_STATE_ACCEPTED);
  EXPECT_EQ(Get(name).excluded_rows_size(), 100000);
  // Of each rule ten thousand are listed with their values.
  const auto page = List(name, "CODE_NOT_IN_LIST", v1::SETTLEMENT_EXCLUDED, 1000);
  EXPECT_EQ(page.findings_size(), 1000);
  EXPECT_EQ(
      List(name, "", v1::SETTLEMENT_UNSPECIFIED, 1000, page.next_page_token()).findings(0).row(),
      1001);
  EXPECT_EQ(List(name, "", v1::SETTLEMENT_OPEN, 1000).findings_size(), 0);
}

// Snapshots that were under review before totals were kept are counted from where findings stand.
TEST_F(ReviewTest, TotalsAreKeptAndMadeGoodWhereTheyAreMissing) {
  const std::string name = UnderReview();
  ASSERT_OK(Settle(name, v1::SETTLEMENT_ACCEPTED, "CODE_NOT_IN_LIST", {2}));
  const v1::Snapshot kept = Get(name, false);
  database().Sql(
      "UPDATE upload.finding_counts SET open_count = NULL, accepted_count = NULL,"
      " excluded_count = NULL, returned_count = NULL");
  EXPECT_EQ(Get(name, false).SerializeAsString(), kept.SerializeAsString());
  ASSERT_OK(Settle(name, v1::SETTLEMENT_EXCLUDED, "DUPLICATE_KEY"));
  EXPECT_EQ(One("SELECT sum(excluded_count) FROM upload.finding_counts"), "1");
  EXPECT_EQ(One("SELECT sum(accepted_count) FROM upload.finding_counts"), "1");
  // Kept totals are what is told: positions are not read for them.
  database().Sql("UPDATE upload.finding_positions SET positions = '\\xff'");
  EXPECT_EQ(Get(name, false).open_findings(), 2);
}

// Many at once, each about another record: none is lost, and the end is reached once.
TEST_F(ReviewTest, SettlementsAtTheSameTimeAreAllKept) {
  std::string file = "番号,性別,生年月日\n";
  for (int i = 1; i <= 24; ++i) absl::StrAppend(&file, i, ",7,\n");
  const std::string name = UnderReview(file);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int row = t + 1; row <= 24; row += 4) {
        EXPECT_OK(Settle(name, v1::SETTLEMENT_ACCEPTED, "CODE_NOT_IN_LIST", {row}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_ACCEPTED);
  EXPECT_EQ(One("SELECT count(*) FROM upload.settlements"), "24");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.audit_events WHERE action = 'ACCEPT_SNAPSHOT'"), "1");
}

}  // namespace
}  // namespace oboro::upload

// The whole of upload over a real database, with keys and objects in memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "services/platform/base/clock.h"
#include "services/platform/base/crc32c.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/jobs/job_lease.h"
#include "services/platform/jobs/job_rows.h"
#include "services/platform/jobs/testing/in_process_child.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/objects/testing/memory_store.h"
#include "services/upload/append_snapshot_handler.h"
#include "services/upload/check_function.h"
#include "services/upload/check_job.h"
#include "services/upload/complete_snapshot_handler.h"
#include "services/upload/create_dataset_handler.h"
#include "services/upload/create_snapshot_handler.h"
#include "services/upload/destroy_snapshot_handler.h"
#include "services/upload/get_snapshot_handler.h"
#include "services/upload/list_findings_handler.h"
#include "services/upload/testing/upload_fixture.h"

namespace oboro::upload {
namespace {

TEST_F(UploadTest, AcceptsInAnyNumberOfSittings) {
  const std::string file = File(200);
  const std::string name = Open();
  std::mt19937 random(3);
  size_t at = 0;
  while (at < file.size()) {
    const size_t end = std::min(file.size(), at + 1 + random() % 500);
    ASSERT_OK_AND_ASSIGN(const auto response, Append(name, file, at, end, 1 + random() % 200));
    ASSERT_EQ(response.committed_bytes(), static_cast<int64_t>(end));
    at = end;
  }
  ASSERT_OK_AND_ASSIGN(const auto operation, Complete(name, file.size()));
  EXPECT_EQ(operation.kind(), "upload.check");
  EXPECT_EQ(operation.state(), operation::v1::OPERATION_STATE_QUEUED);
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_CHECKING);
  ASSERT_OK(RunCheckJob(Lease()));
  const v1::Snapshot snapshot = Get(name);
  EXPECT_EQ(snapshot.state(), v1::SNAPSHOT_STATE_ACCEPTED);
  EXPECT_EQ(snapshot.records(), 200);
  EXPECT_EQ(snapshot.keyed_digest().size(), 32u);
  EXPECT_GT(snapshot.object_parts_size(), 3);
  EXPECT_NE(snapshot.schema().find("性別"), std::string::npos);
  EXPECT_EQ(One("SELECT rows FROM tenancy.usage"), "200");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys WHERE state = 'LIVE'"), "2");
  // People are not told where the bytes are.
  EXPECT_TRUE(Get(name, false).object_id().empty());
  EXPECT_EQ(Get(name, false).object_parts_size(), 0);
  // Asking again answers the same operation, as it is now.
  ASSERT_OK_AND_ASSIGN(const auto again, Complete(name, file.size()));
  EXPECT_EQ(again.name(), operation.name());
  EXPECT_EQ(again.state(), operation::v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_THAT(Append(name, file, file.size(), file.size()), HasReason("SNAPSHOT_NOT_OPEN"));
}

TEST_F(UploadTest, RefusesWrongOffsetsChecksumsAndSizes) {
  const std::string file = File(50);
  const std::string name = Open();
  EXPECT_THAT(Append(name, file, 10, 20), HasReason("OFFSET_MISMATCH"));
  ASSERT_OK(Append(name, file, 0, 120));
  EXPECT_THAT(Append(name, file, 0, 120), HasReason("OFFSET_MISMATCH"));
  EXPECT_THAT(Append(name, file, 120, 200, 30, 1), HasReason("CHECKSUM_MISMATCH"));
  EXPECT_GE(Get(name).committed_bytes(), 120);
  EXPECT_THAT(Append(name, std::string(2 << 20, 'x'), 120, 2 << 20, 2 << 20),
              HasReason("PIECE_TOO_LARGE"));
  EXPECT_THAT(Complete(name, file.size()), HasReason("LENGTH_MISMATCH"));
}

TEST_F(UploadTest, ALaterCallTakesThePen) {
  const std::string file = File(100);
  const std::string name = Open();
  int calls = 0;
  between_ = [&] {
    if (++calls != 3) return;               // Once only: the inner call passes here too.
    ASSERT_OK(Append(name, file, 0, 150));  // While the first call has bytes of its own in hand.
  };
  EXPECT_THAT(Append(name, file, 0, 150), HasReason("WRITER_REPLACED"));
  EXPECT_EQ(Get(name).committed_bytes(), 150);
  ASSERT_OK(Append(name, file, 150, file.size()));
  ASSERT_OK(Complete(name, file.size()));
  ASSERT_OK(RunCheckJob(Lease()));
  EXPECT_EQ(Get(name).records(), 100);
}

TEST_F(UploadTest, ARefusedSnapshotLeavesOnlyItsFindings) {
  const std::string file = "番号,性別\n1,7\n2,8\n3,9\n";
  const std::string name = Open();
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, file.size()));
  const platform::LeasedJob job = Lease();
  EXPECT_THAT(RunCheckJob(job), HasReason("SNAPSHOT_REFUSED"));
  // A worker that dies after this answers the same words at its next attempt.
  EXPECT_THAT(RunCheckJob(job), HasReason("SNAPSHOT_REFUSED"));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_REFUSED);
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_EQ(objects.size(), 1u);
  v1::ListFindingsRequest request;
  request.set_parent(name);
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto page, ListFindingsHandler(deps_).Handle(Call(), request));
  ASSERT_EQ(page.findings_size(), 2);
  EXPECT_EQ(page.findings(0).value(), "7");
  request.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto last, ListFindingsHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(last.findings_size(), 1);
  EXPECT_TRUE(last.next_page_token().empty());
  request.clear_page_token();
  ASSERT_OK_AND_ASSIGN(const auto other, ListFindingsHandler(deps_).Handle(Call("zei"), request));
  EXPECT_TRUE(other.findings(0).value().empty());
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.audit_events WHERE action = 'READ_FINDINGS'"), "3");
}

TEST_F(UploadTest, AFileOfAWrongShapeLeavesNothing) {
  // The finding of the first record holds a value; it goes with the rest.
  const std::string file = "番号,性別\n1,7\n2\n";
  const std::string name = Open();
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, file.size()));
  EXPECT_THAT(RunCheckJob(Lease()), HasReason("SNAPSHOT_REFUSED"));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_REFUSED);
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_TRUE(objects.empty());
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys"), "0");
  EXPECT_EQ(One("SELECT bytes FROM tenancy.usage"), "0");
  v1::ListFindingsRequest request;
  request.set_parent(name);
  ASSERT_OK_AND_ASSIGN(const auto page, ListFindingsHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(page.findings_size(), 0);
}

TEST_F(UploadTest, ACancelledCheckOpensTheSnapshotAgain) {
  const std::string file = File(40);
  const std::string name = Open();
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, file.size()));
  CheckJob handler(deps_, [](platform::ChildRequest request) {
    return platform::RunInProcess(std::move(request), RunCheck);
  });
  const platform::LeasedJob job = Lease();
  const absl::Status stopped =
      handler.Run(*tenant_, job, [](const platform::ChildProgress&) { return false; });
  EXPECT_TRUE(absl::IsCancelled(stopped));
  ASSERT_OK(handler.Abandon(*tenant_, job, stopped));
  ASSERT_OK(handler.Abandon(*tenant_, job, stopped));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_OPEN);
  EXPECT_EQ(Get(name).committed_bytes(), static_cast<int64_t>(file.size()));
  ASSERT_OK(platform::jobs_internal::EndJob(*db_, *tenant_, job, stopped, clock_.Now()).status());
  ASSERT_OK(Complete(name, file.size()));
  ASSERT_OK(RunCheckJob(Lease()));
  EXPECT_EQ(Get(name).records(), 40);
  ASSERT_OK(handler.Sweep(*tenant_));
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_EQ(objects.size(), 2u);  // Records and findings, nothing of the cancelled attempt.
}

TEST_F(UploadTest, TheDepartmentIsAskedAgainAtTheLease) {
  const std::string name = Open(), file = File(10);
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, static_cast<int64_t>(file.size())));
  const platform::LeasedJob job = Lease();
  database().Sql("INSERT INTO tenancy.departments VALUES ('a', 'zei', '税務課', now())");
  database().Sql("UPDATE tenancy.members SET department_id = 'zei'");
  const absl::Status refused = RunCheckJob(job);
  EXPECT_THAT(refused, HasReason("NOT_YOUR_DEPARTMENT"));
  CheckJob handler(deps_, nullptr);
  ASSERT_OK(handler.Abandon(*tenant_, job, refused));
  // What was sent is not lost: somebody of the department may go on.
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_OPEN);
  EXPECT_EQ(Get(name).committed_bytes(), static_cast<int64_t>(file.size()));
  // An analyst of the right department holds no data either.
  ASSERT_OK(Complete(name, static_cast<int64_t>(file.size())));
  const platform::LeasedJob second = Lease();
  database().Sql("UPDATE tenancy.members SET department_id = 'shimin', role = 'ANALYST'");
  EXPECT_THAT(RunCheckJob(second), HasReason("NOT_YOUR_DEPARTMENT"));
  database().Sql("UPDATE tenancy.members SET department_id = NULL, role = 'STEWARD'");
  EXPECT_OK(RunCheckJob(second));
}

TEST_F(UploadTest, AFileThatKillsTheChildIsRefusedAndDestroyed) {
  const std::string file = File(5);
  const std::string name = Open();
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, file.size()));
  const platform::LeasedJob job = Lease();
  CheckJob handler(deps_, nullptr);
  ASSERT_OK(handler.Abandon(
      *tenant_, job,
      platform::ReasonedError(absl::StatusCode::kInternal, {"JOB_CHILD_DIED", "died", "", {}})));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_REFUSED);
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_TRUE(objects.empty());
}

TEST_F(UploadTest, DestroyingIsFinalAndRetentionIsUploadsToJudge) {
  const std::string file = File(5);
  const std::string name = Open(/*retain=*/true);
  ASSERT_OK(Append(name, file, 0, file.size()));
  v1::DestroySnapshotRequest request;
  request.set_name(name);
  ASSERT_OK(Complete(name, file.size()));
  EXPECT_THAT(DestroySnapshotHandler(deps_).Handle(Call(), request),
              HasReason("SNAPSHOT_BEING_CHECKED"));
  ASSERT_OK(RunCheckJob(Lease()));
  ASSERT_OK(DestroySnapshotHandler(deps_).Handle(ServiceCall(), request));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_ACCEPTED);
  EXPECT_THAT(DestroySnapshotHandler(deps_).Handle(Call("zei"), request),
              HasReason("NOT_YOUR_DEPARTMENT"));
  ASSERT_OK(DestroySnapshotHandler(deps_).Handle(Call(), request));
  ASSERT_OK(DestroySnapshotHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(Get(name).state(), v1::SNAPSHOT_STATE_DESTROYED);
  EXPECT_EQ(Get(name).records(), 5);
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_TRUE(objects.empty());
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys"), "0");
  EXPECT_EQ(One("SELECT bytes FROM tenancy.usage"), "0");
}

TEST_F(UploadTest, SameRequestSameSnapshotAndQuotaHolds) {
  EXPECT_EQ(Open(), Open());
  EXPECT_NE(Open(), Open(false, "r2"));
  v1::CreateSnapshotRequest other;
  other.set_parent("tenants/a/datasets/people");
  other.set_reference_date("2026-04-01");
  other.set_request_id("r1");
  EXPECT_THAT(CreateSnapshotHandler(deps_).Handle(Call(), other), HasReason("REQUEST_ID_REUSED"));
  database().Sql("UPDATE tenancy.quotas SET bytes = 150");
  const std::string file = File(100);
  const std::string name = Open();
  EXPECT_THAT(Append(name, file, 0, file.size()), HasReason("QUOTA_BYTES"));
  EXPECT_EQ(Get(name).committed_bytes(), 100);
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.Parts(*tenant_, Get(name).object_id()));
  EXPECT_EQ(objects.size(), 1u);
}

TEST_F(UploadTest, SweepRemovesPartsThatNoRowCounts) {
  const std::string file = File(100);
  const std::string name = Open();
  ASSERT_OK(Append(name, file, 0, 250));
  const std::string object = Get(name).object_id();
  // A crash after the object was durable and before the row was.
  database().Sql("UPDATE upload.snapshots SET next_part = next_part + 1");
  ASSERT_OK_AND_ASSIGN(auto stray, objects_.Create(*tenant_, object, 3));
  ASSERT_OK(stray->Commit());
  ASSERT_OK(Append(name, file, 250, file.size()));
  CheckJob handler(deps_, nullptr);
  ASSERT_OK(handler.Sweep(*tenant_));
  ASSERT_OK_AND_ASSIGN(const std::vector<int> parts, objects_.Parts(*tenant_, object));
  EXPECT_EQ(std::count(parts.begin(), parts.end(), 3), 0);
  ASSERT_OK(Complete(name, file.size()));
  ASSERT_OK(RunCheckJob(Lease()));
  EXPECT_EQ(Get(name).records(), 100);
}

TEST_F(UploadTest, SweepRemovesWhatAKilledWriterLeftUnfinished) {
  const std::filesystem::path root =
      std::filesystem::temp_directory_path() / absl::StrCat("oboro-sweep-", getpid());
  std::filesystem::create_directory(root);
  std::filesystem::permissions(root, std::filesystem::perms::owner_all);
  ASSERT_OK_AND_ASSIGN(const auto store, platform::OpenDirectoryStore(root));
  deps_.objects = store.get();
  const std::string file = File(100);
  const std::string name = Open();
  ASSERT_OK(Append(name, file, 0, 250));
  database().Sql("UPDATE upload.snapshots SET next_part = next_part + 1");
  const std::filesystem::path left = root / "a" / Get(name).object_id() / "000003.killed.tmp";
  std::ofstream(left) << "ciphertext";
  ASSERT_OK(Append(name, file, 250, file.size()));
  EXPECT_TRUE(std::filesystem::exists(left));
  ASSERT_OK(CheckJob(deps_, nullptr).Sweep(*tenant_));
  EXPECT_FALSE(std::filesystem::exists(left));
  ASSERT_OK(Complete(name, file.size()));
  ASSERT_OK(RunCheckJob(Lease()));
  EXPECT_EQ(Get(name).records(), 100);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace oboro::upload

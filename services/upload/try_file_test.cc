// TryFile: who may, how much, and that nothing of it stays.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "services/upload/testing/upload_fixture.h"
#include "services/upload/try_file_handler.h"
#include "services/upload/try_function.h"

namespace oboro::upload {
namespace {

class TryFileTest : public UploadTest {
 protected:
  absl::StatusOr<v1::TryFileResponse> Try(const v1::TryFileRequest& request,
                                          const std::string& department = "shimin") {
    return handler_.Handle(Call(department), request);
  }
  static v1::TryFileRequest Request(const std::string& head) {
    v1::TryFileRequest request;
    request.set_parent("tenants/a/datasets/people");
    request.set_head(head);
    request.set_whole(true);
    return request;
  }
  // Rows of every table that the service may write.
  std::string Rows() {
    return One(
        "SELECT (SELECT count(*) FROM upload.snapshots) || '/' || (SELECT count(*) FROM "
        "upload.profiles) || '/' || (SELECT count(*) FROM tenancy.data_keys) || '/' || (SELECT "
        "count(*) FROM jobs.jobs) || '/' || (SELECT count(*) FROM tenancy.audit_events)");
  }

  platform::ChildRequest last_;
  absl::Status child_ = absl::OkStatus();
  TryFileHandler handler_{
      deps_, [this](platform::ChildRequest request) -> absl::StatusOr<platform::ChildResult> {
        if (!child_.ok()) return child_;
        last_.kind = request.kind;
        last_.memory_limit_bytes = request.memory_limit_bytes;
        last_.time_limit = request.time_limit;
        return platform::RunInProcess(std::move(request), RunTry);
      }};
};

TEST_F(TryFileTest, TellsWhatTheFileIsAndLeavesNothing) {
  Open();
  const std::string before = Rows();
  v1::TryFileRequest request = Request(
      "\xEF\xBB\xBF"
      "ID\t性別\n1\t男\n2\t女\n");
  request.mutable_profile()->add_columns()->set_from("ID");
  request.mutable_profile()->mutable_columns(0)->set_to("番号");
  v1::CodeMapping* code = request.mutable_profile()->add_codes();
  code->set_column("性別");
  code->set_from("男");
  code->set_to("1");
  ASSERT_OK_AND_ASSIGN(const v1::TryFileResponse seen, Try(request));
  EXPECT_EQ(seen.encoding(), "utf-8-sig");
  EXPECT_EQ(seen.delimiter(), "\t");
  ASSERT_EQ(seen.headers_size(), 2);
  EXPECT_EQ(seen.mapped(0), "番号");
  EXPECT_EQ(seen.missing_size(), 0);
  ASSERT_EQ(seen.records_size(), 2);
  EXPECT_EQ(seen.records(1).values(1), "女");
  EXPECT_EQ(seen.checked_records(), 2);
  ASSERT_EQ(seen.findings_size(), 1);
  EXPECT_EQ(seen.findings(0).value(), "女");
  EXPECT_EQ(seen.findings(0).severity(), v1::SEVERITY_ERROR);
  EXPECT_NE(seen.findings(0).message(), "");
  EXPECT_NE(seen.findings(0).message_en(), "");
  ASSERT_EQ(seen.finding_counts_size(), 1);
  EXPECT_EQ(seen.finding_counts(0).count(), 1);
  EXPECT_TRUE(seen.needs_profile());
  EXPECT_EQ(Rows(), before);
  EXPECT_EQ(last_.kind, "upload.try");
  EXPECT_EQ(last_.memory_limit_bytes, 256 << 20);
  EXPECT_EQ(last_.time_limit, absl::Seconds(10));
}

TEST_F(TryFileTest, IsForTheDepartmentAndBounded) {
  Open();
  EXPECT_THAT(Try(Request("番号,性別\n"), "zei"), HasReason("NOT_YOUR_DEPARTMENT"));
  EXPECT_OK(Try(Request(std::string(1 << 20, 'x'))));
  EXPECT_THAT(Try(Request(std::string((1 << 20) + 1, 'x'))), HasReason("INVALID_FIELD"));
  v1::TryFileRequest request = Request("");
  request.set_parent("tenants/a/datasets/none");
  EXPECT_THAT(Try(request), HasReason("NOT_FOUND"));
  request = Request("番号,性別\n");
  request.mutable_profile()->add_columns()->set_to("無い列");
  EXPECT_THAT(Try(request), HasReason("PROFILE_INVALID"));
  child_ = absl::DeadlineExceededError("too long");
  EXPECT_EQ(Try(Request("")).status().code(), absl::StatusCode::kDeadlineExceeded);
}

// A tenant tries one file at a time; two of them have the two places, and a third waits.
TEST_F(TryFileTest, FewAreTriedAtOneTimeAndOneOfATenant) {
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  bool go = false;
  TryFileHandler handler(
      deps_,
      [&](platform::ChildRequest request) -> absl::StatusOr<platform::ChildResult> {
        std::unique_lock lock(mutex);
        ++inside;
        changed.notify_all();
        changed.wait(lock, [&] { return go; });
        return absl::InternalError("done");
      },
      absl::Milliseconds(1));
  Open();
  const auto as = [&](const std::string& id, const std::string& code) {
    platform::CallContext call = Call("");
    call.tenant_context = platform::TestDatabase::Tenant(id, code);
    v1::TryFileRequest request = Request("");
    request.set_parent("tenants/" + id + "/datasets/people");
    return handler.Handle(call, request);
  };
  for (const auto& [id, code] : {std::pair("b", "221309"), std::pair("c", "131016")}) {
    database().AddTenant(id, code);
    database().Sql(absl::StrCat(
        "INSERT INTO upload.datasets SELECT '", id,
        "', dataset_id, display_name, department_id, schema, retain_snapshots, create_time FROM "
        "upload.datasets WHERE tenant_id = 'a'"));
  }
  std::vector<std::thread> threads;
  const auto enter = [&](const std::string& id, const std::string& code, int count) {
    threads.emplace_back([&, id, code] { EXPECT_FALSE(as(id, code).ok()); });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside == count; });
  };
  enter("a", "082201", 1);
  EXPECT_THAT(as("a", "082201"), HasReason("TOO_MANY_CALLS")) << "one place is free, not for a";
  enter("b", "221309", 2);
  EXPECT_THAT(as("c", "131016"), HasReason("TOO_MANY_CALLS"));
  {
    const std::lock_guard lock(mutex);
    go = true;
  }
  changed.notify_all();
  for (std::thread& thread : threads) thread.join();
  // An error gives the place back.
  EXPECT_EQ(as("a", "082201").status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(as("c", "131016").status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace oboro::upload

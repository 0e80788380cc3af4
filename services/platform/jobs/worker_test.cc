#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/jobs/job_rows.h"
#include "services/platform/jobs/job_sweep.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/objects/testing/memory_store.h"

namespace oboro::platform {
namespace {

using ::testing::ElementsAre;

// Does what a test tells it, and counts.
class ScriptedHandler final : public JobHandler {
 public:
  using Heartbeat = std::function<bool(const ChildProgress&)>;
  using Script =
      std::function<absl::Status(const TenantContext&, const LeasedJob&, const Heartbeat&)>;

  explicit ScriptedHandler(Script script) : script_(std::move(script)) {}

  absl::Status Run(const TenantContext& tenant, const LeasedJob& job,
                   const Heartbeat& heartbeat) override {
    {
      const std::lock_guard lock(mutex_);
      ++runs_[job.job_id];
      most_ = std::max(most_, ++running_[tenant.id()]);
    }
    const absl::Status status = script_(tenant, job, heartbeat);
    const std::lock_guard lock(mutex_);
    --running_[tenant.id()];
    return status;
  }
  absl::Status Abandon(const TenantContext&, const LeasedJob& job,
                       const absl::Status& why) override {
    const std::lock_guard lock(mutex_);
    abandoned_.push_back(ReasonOf(why).name);
    if (abandon_failures_ > 0) {
      --abandon_failures_;
      return absl::UnavailableError("not now");
    }
    return absl::OkStatus();
  }
  absl::Status Sweep(const TenantContext& tenant) override {
    const std::lock_guard lock(mutex_);
    swept_.insert(tenant.id());
    return absl::OkStatus();
  }

  std::map<std::string, int> runs() {
    const std::lock_guard lock(mutex_);
    return runs_;
  }
  std::vector<std::string> abandoned() {
    const std::lock_guard lock(mutex_);
    return abandoned_;
  }
  std::set<std::string> swept() {
    const std::lock_guard lock(mutex_);
    return swept_;
  }
  int most_at_once() {
    const std::lock_guard lock(mutex_);
    return most_;
  }
  void FailToAbandon(int times) {
    const std::lock_guard lock(mutex_);
    abandon_failures_ = times;
  }

 private:
  const Script script_;
  std::mutex mutex_;
  std::map<std::string, int> runs_;
  std::map<std::string, int> running_;
  int most_ = 0;
  int abandon_failures_ = 0;
  std::vector<std::string> abandoned_;
  std::set<std::string> swept_;
};

class WorkerTest : public DatabaseTest {
 protected:
  void SetUp() override {
    database().Sql("TRUNCATE jobs.jobs, jobs.lanes, tenancy.tenants CASCADE");
    for (const char* id : {"a", "b", "c"}) {
      tenants_.push_back(database().AddTenant(id, absl::StrCat("08220", tenants_.size())));
    }
    db_ = database().Open("oboro_upload");
    options_.owner = "w";
    options_.kinds = {"upload.check"};
    options_.poll = absl::Milliseconds(10);
    options_.retry_after = absl::Milliseconds(5);
  }

  std::string Queue(const TenantContext& tenant, const std::string& params = "{}") {
    NewJob job{"upload.check", "user:https://op#u", "/m", "tenants/a", params, ""};
    auto id = db_->RunTx(tenant, "enqueue",
                         [&](pqxx::work& tx) { return EnqueueJob(tx, tenant, job, clock_.Now()); });
    EXPECT_OK(id);
    return id.value_or("");
  }
  // The handler's last act where all is well.
  absl::Status Complete(const TenantContext& tenant, const LeasedJob& job) {
    return db_->RunTx(tenant, "complete", [&](pqxx::work& tx) {
      return CompleteJob(tx, tenant, job, "", {}, clock_.Now());
    });
  }
  std::unique_ptr<Worker> Start(ScriptedHandler* handler) {
    auto worker = std::make_unique<Worker>(db_.get(), &clock_, options_, handler,
                                           [this](const TenantContext&, const std::string&,
                                                  const std::string&) { return authority_; });
    worker->Start();
    return worker;
  }
  JobRow Get(const TenantContext& tenant, const std::string& id) {
    auto row = db_->RunTx(tenant, "get", [&](pqxx::work& tx) { return GetJob(tx, tenant, id); });
    EXPECT_OK(row);
    return row.ok() ? *row : JobRow{};
  }
  // Waits, with a bound, for something that other threads bring about.
  template <typename Condition>
  void Until(Condition condition) {
    const absl::Time end = absl::Now() + absl::Seconds(60);
    while (!condition() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(5));
    EXPECT_TRUE(condition());
  }
  JobRow Ended(const TenantContext& tenant, const std::string& id) {
    Until([&] { return Get(tenant, id).ended(); });
    return Get(tenant, id);
  }

  const SystemClock clock_;
  std::vector<TenantContext> tenants_;
  std::unique_ptr<Db> db_;
  WorkerOptions options_;
  absl::Status authority_;
};

TEST_F(WorkerTest, EveryJobRunsOnceWithinTheQuotas) {
  database().Sql("UPDATE tenancy.quotas SET concurrent_jobs = 2");
  options_.threads = 4;
  ScriptedHandler handler(
      [&](const TenantContext& tenant, const LeasedJob& job, const auto& heartbeat) {
        for (int i = 0; i < 3; ++i) EXPECT_TRUE(heartbeat({"CHECK", i, 3}));
        return Complete(tenant, job);
      });
  std::vector<std::pair<int, std::string>> ids;
  for (int i = 0; i < 36; ++i) ids.emplace_back(i % 3, Queue(tenants_[i % 3]));
  // Two processes' workers on one queue.
  auto first = Start(&handler);
  options_.owner = "w2";
  auto second = Start(&handler);
  for (const auto& [tenant, id] : ids) EXPECT_EQ(Ended(tenants_[tenant], id).state, "SUCCEEDED");
  first->Stop();
  second->Stop();
  EXPECT_EQ(handler.runs().size(), ids.size());
  for (const auto& [id, runs] : handler.runs()) EXPECT_EQ(runs, 1) << id;
  EXPECT_LE(handler.most_at_once(), 2);
  EXPECT_THAT(handler.swept(), ElementsAre("a", "b", "c"));
}

// Workers that would look again only in ten minutes: each job is told to them as it is queued, also
// while they look and while they work.
TEST_F(WorkerTest, AJobQueuedInThisProcessStartsAtOnce) {
  options_.poll = absl::Minutes(10);
  options_.threads = 2;
  std::mutex mutex;
  absl::Duration waited;
  absl::Time queued;
  ScriptedHandler handler([&](const TenantContext& tenant, const LeasedJob& job, const auto&) {
    {
      const std::lock_guard lock(mutex);
      waited += absl::Now() - queued;
    }
    return Complete(tenant, job);
  });
  auto worker = Start(&handler);
  constexpr int kJobs = 20;
  for (int i = 0; i < kJobs; ++i) {
    {
      const std::lock_guard lock(mutex);
      queued = absl::Now();
    }
    EXPECT_EQ(Ended(tenants_[0], Queue(tenants_[0])).state, "SUCCEEDED");
  }
  RecordProperty("mean_wait_microseconds",
                 static_cast<int>(absl::ToInt64Microseconds(waited / kJobs)));
  // Many at the same time from many threads.
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::string> ids;
      for (int i = 0; i < 5; ++i) ids.push_back(Queue(tenants_[t % 3]));
      for (const std::string& id : ids) EXPECT_EQ(Ended(tenants_[t % 3], id).state, "SUCCEEDED");
    });
  }
  for (std::thread& thread : threads) thread.join();
  worker->Stop();
  // Who has stopped is told no more.
  Queue(tenants_[0]);
}

TEST_F(WorkerTest, PassingFaultsAreTriedAgainAndLastingOnesAreNot) {
  ScriptedHandler handler([&](const TenantContext& tenant, const LeasedJob& job, const auto&) {
    if (job.params.find("always") != std::string::npos) {
      return absl::Status(absl::UnavailableError("away"));
    }
    if (job.params.find("bad") != std::string::npos) {
      return ReasonedError(absl::StatusCode::kInvalidArgument, {"FILE_REFUSED", "", "", {}});
    }
    if (job.params.find("dies") != std::string::npos) {
      return ReasonedError(absl::StatusCode::kInternal, {"JOB_CHILD_DIED", "", "", {}});
    }
    return job.attempt == 1 ? absl::Status(absl::AbortedError("once")) : Complete(tenant, job);
  });
  const std::string once = Queue(tenants_[0]);
  const std::string always = Queue(tenants_[0], R"(["always"])");
  const std::string bad = Queue(tenants_[0], R"(["bad"])");
  const std::string dies = Queue(tenants_[0], R"(["dies"])");
  auto worker = Start(&handler);
  EXPECT_EQ(Ended(tenants_[0], once).state, "SUCCEEDED");
  EXPECT_EQ(Ended(tenants_[0], always).state, "FAILED");
  EXPECT_THAT(Ended(tenants_[0], bad).error, HasReason("FILE_REFUSED"));
  EXPECT_THAT(Ended(tenants_[0], dies).error, HasReason("JOB_CHILD_DIED"));
  worker->Stop();
  EXPECT_EQ(handler.runs()[once], 2);
  EXPECT_EQ(handler.runs()[always], 3);
  EXPECT_EQ(handler.runs()[bad], 1);
  EXPECT_EQ(handler.runs()[dies], 2);
  EXPECT_EQ(handler.abandoned().size(), 3u);
}

TEST_F(WorkerTest, AuthorityIsAskedAgainAtTheLease) {
  authority_ = ReasonedError(absl::StatusCode::kPermissionDenied, {"ROLE_MISSING", "", "", {}});
  ScriptedHandler handler([&](const TenantContext& tenant, const LeasedJob& job, const auto&) {
    return Complete(tenant, job);
  });
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  EXPECT_THAT(Ended(tenants_[0], id).error, HasReason("ROLE_MISSING"));
  worker->Stop();
  EXPECT_TRUE(handler.runs().empty());
  EXPECT_THAT(handler.abandoned(), ElementsAre("ROLE_MISSING"));
}

// Waits in a job until its heartbeat says no.
absl::Status UntilToldToStop(const ScriptedHandler::Heartbeat& heartbeat) {
  while (heartbeat({"CHECK", 1, 2})) absl::SleepFor(absl::Milliseconds(5));
  return ReasonedError(absl::StatusCode::kCancelled,
                       {"JOB_CANCELLED", "", "", {}});  // As RunChild.
}

TEST_F(WorkerTest, ARunningJobIsCancelledAfterItsRestsAreRemoved) {
  ScriptedHandler handler(
      [&](const auto&, const auto&, const auto& heartbeat) { return UntilToldToStop(heartbeat); });
  handler.FailToAbandon(1);
  options_.lease = absl::Milliseconds(300);
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  Until([&] { return Get(tenants_[0], id).stage == "CHECK"; });
  database().Sql("UPDATE jobs.jobs SET cancel_requested = true");
  EXPECT_EQ(Ended(tenants_[0], id).state, "CANCELLED");
  worker->Stop();
  // The first try to clean up failed; the job was not shown as ended before the second.
  EXPECT_THAT(handler.abandoned(), ElementsAre("JOB_CANCELLED", "JOB_CANCELLED"));
  EXPECT_EQ(handler.runs()[id], 1);
}

TEST_F(WorkerTest, StopHandsBackWithoutCountingAFailure) {
  ScriptedHandler handler(
      [&](const auto&, const auto&, const auto& heartbeat) { return UntilToldToStop(heartbeat); });
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  Until([&] { return Get(tenants_[0], id).stage == "CHECK"; });
  worker->Stop();
  EXPECT_EQ(Get(tenants_[0], id).state, "QUEUED");
  EXPECT_EQ(database().Sql("SELECT failures FROM jobs.jobs")[0][0].as<int>(), 0);
  EXPECT_TRUE(handler.abandoned().empty());
}

TEST_F(WorkerTest, ASuspendedTenantsJobGoesBackAndRunsOnceResumed) {
  std::atomic<bool> finish{false};
  ScriptedHandler handler(
      [&](const TenantContext& tenant, const LeasedJob& job, const auto& heartbeat) {
        return finish ? Complete(tenant, job) : UntilToldToStop(heartbeat);
      });
  options_.lease = absl::Milliseconds(300);
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  Until([&] { return Get(tenants_[0], id).stage == "CHECK"; });
  database().Sql("UPDATE tenancy.tenants SET state = 'SUSPENDED'");
  Until([&] { return Get(tenants_[0], id).state == "QUEUED"; });
  finish = true;
  database().Sql("UPDATE tenancy.tenants SET state = 'ACTIVE'");
  EXPECT_EQ(Ended(tenants_[0], id).state, "SUCCEEDED");
}

TEST_F(WorkerTest, WhoLostItsLeaseCleansUpNothing) {
  std::atomic<bool> finish{false};
  ScriptedHandler handler(
      [&](const TenantContext& tenant, const LeasedJob& job, const auto& heartbeat) {
        return finish ? Complete(tenant, job) : UntilToldToStop(heartbeat);
      });
  options_.lease = absl::Milliseconds(300);
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  Until([&] { return Get(tenants_[0], id).stage == "CHECK"; });
  database().Sql(
      "UPDATE jobs.jobs SET attempt = attempt + 1, lease_owner = 'other', "
      "lease_expires = now() + interval '100 years'");
  finish = true;
  // The one thread takes another job once the first one is settled.
  EXPECT_EQ(Ended(tenants_[1], Queue(tenants_[1])).state, "SUCCEEDED");
  worker->Stop();
  EXPECT_TRUE(handler.abandoned().empty());
  EXPECT_EQ(Get(tenants_[0], id).state, "RUNNING");
}

TEST_F(WorkerTest, ACommitWhoseAnswerWasLostIsNotCleanedUp) {
  ScriptedHandler handler([&](const TenantContext& tenant, const LeasedJob& job, const auto&) {
    EXPECT_OK(Complete(tenant, job));
    return absl::UnavailableError("the connection broke at the commit");
  });
  options_.max_attempts = 1;
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  EXPECT_EQ(Ended(tenants_[0], id).state, "SUCCEEDED");
  worker->Stop();
  EXPECT_TRUE(handler.abandoned().empty());
}

TEST_F(WorkerTest, AHandlerThatThrowsFailsItsJobAndNotTheProcess) {
  ScriptedHandler handler([](const auto&, const auto&, const auto&) -> absl::Status {
    throw std::runtime_error("[json.exception] 山田太郎 is no number");
  });
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  const JobRow ended = Ended(tenants_[0], id);
  EXPECT_EQ(ended.state, "FAILED");
  EXPECT_THAT(std::string(ended.error.message()), testing::Not(testing::HasSubstr("山田")));
  EXPECT_EQ(handler.abandoned().size(), 1u);
  EXPECT_EQ(handler.runs()[id], 1);
}

TEST_F(WorkerTest, ALongSilentJobKeepsItsLease) {
  options_.lease = absl::Milliseconds(600);
  options_.threads = 2;
  ScriptedHandler handler([&](const TenantContext& tenant, const LeasedJob& job, const auto&) {
    absl::SleepFor(absl::Milliseconds(1500));
    return Complete(tenant, job);
  });
  const std::string id = Queue(tenants_[0]);
  auto worker = Start(&handler);
  EXPECT_EQ(Ended(tenants_[0], id).state, "SUCCEEDED");
  EXPECT_EQ(handler.runs()[id], 1);
}

TEST_F(WorkerTest, DeadWorkersJobsEndAfterTheirAttempts) {
  ScriptedHandler handler(
      [&](const auto&, const auto&, const auto&) { return absl::InternalError("must not run"); });
  const std::string id = Queue(tenants_[0]);
  database().Sql(
      "UPDATE jobs.jobs SET state = 'RUNNING', lease_owner = 'dead', attempt = 3, failures = 2, "
      "lease_expires = now() - interval '1 second'");
  auto worker = Start(&handler);
  EXPECT_THAT(Ended(tenants_[0], id).error, HasReason("JOB_ATTEMPTS_EXHAUSTED"));
  EXPECT_TRUE(handler.runs().empty());
  EXPECT_EQ(handler.abandoned().size(), 1u);
}

TEST_F(WorkerTest, AShreddedTenantsJobFails) {
  ScriptedHandler handler(
      [&](const auto&, const auto&, const auto&) { return absl::InternalError("must not run"); });
  const std::string id = Queue(tenants_[0]);
  database().Sql("UPDATE tenancy.tenants SET state = 'SHREDDED'");
  auto worker = Start(&handler);
  EXPECT_THAT(Ended(tenants_[0], id).error, HasReason("TENANT_SHREDDED"));
  EXPECT_TRUE(handler.runs().empty());
}

TEST_F(WorkerTest, SweepRemovesBytesThenRows) {
  FakeKeyManager keys;
  MemoryObjectStore objects;
  const TenantContext& tenant = tenants_[0];
  ASSERT_OK(keys.CreateTenantKeys(tenant, 1));
  ASSERT_OK(database().Open("oboro_tenancy")->RunTx(tenant, "keys", [&](pqxx::work& tx) {
    return InsertTenantKeys(tx, tenant, keys, clock_.Now());
  }));
  for (const char* id : {"kept", "dead"}) {
    ASSERT_OK(db_->RunTx(tenant, "object", [&](pqxx::work& tx) -> absl::Status {
      RETURN_IF_ERROR(CreateDataKey(tx, tenant, keys, id, "no-such-job").status());
      return std::string(id) == "kept" ? MarkDataKeyLive(tx, tenant, id, 1) : absl::OkStatus();
    }));
    ASSERT_OK_AND_ASSIGN(auto writer, objects.Create(tenant, id, 0));
    ASSERT_OK(writer->Commit());
  }
  ASSERT_OK(SweepDeadObjects(*db_, objects, tenant));
  EXPECT_THAT(objects.List(tenant), IsOkAndHolds(ElementsAre("kept")));
  EXPECT_EQ(database().Sql("SELECT FROM tenancy.data_keys").size(), 1u);
  ASSERT_OK(SweepDeadObjects(*db_, objects, tenant));
}

}  // namespace
}  // namespace oboro::platform

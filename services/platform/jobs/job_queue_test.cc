#include "services/platform/jobs/job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/jobs/job_lease.h"
#include "services/platform/jobs/job_rows.h"
#include "services/platform/jobs/request_params.h"

namespace oboro::platform {
namespace {

using jobs_internal::Hold;
using jobs_internal::Lease;

constexpr absl::Time kNow = absl::FromUnixSeconds(1795219200);

class JobQueueTest : public DatabaseTest {
 protected:
  void SetUp() override {
    database().Sql("TRUNCATE jobs.jobs, jobs.lanes, tenancy.tenants CASCADE");
    a_.emplace(database().AddTenant("a", "082201"));
    b_.emplace(database().AddTenant("b", "221309"));
    for (const char* tenant : {"a", "b"}) {
      database().Sql(absl::StrCat("INSERT INTO tenancy.audit_chains VALUES ('", tenant,
                                  "', 0, decode(repeat('00', 32), 'hex'))"));
    }
    db_ = database().Open("oboro_upload");
    tenancy_ = database().Open("oboro_tenancy");
    options_.owner = "worker-1";
    options_.kinds = {"upload.check"};
  }

  static NewJob Job(const std::string& request_id = "") {
    NewJob job;
    job.kind = "upload.check";
    job.actor = "user:https://op#u";
    job.permission = "/oboro.upload.v1.SnapshotService/CompleteSnapshot";
    job.target_name = "tenants/a/datasets/d/snapshots/s";
    job.params = R"({"rows": 3})";
    job.request_id = request_id;
    return job;
  }
  absl::StatusOr<std::string> Enqueue(const TenantContext& tenant, absl::Time now,
                                      const NewJob& job) {
    return db_->RunTx(tenant, "enqueue",
                      [&](pqxx::work& tx) { return EnqueueJob(tx, tenant, job, now); });
  }
  std::string Queue(const TenantContext& tenant, absl::Time now = kNow) {
    const auto id = Enqueue(tenant, now, Job());
    EXPECT_OK(id);
    return id.value_or("");
  }
  std::optional<Lease> Next(absl::Time now = kNow) {
    auto lease = jobs_internal::LeaseNext(*db_, options_, now);
    EXPECT_OK(lease);
    return lease.ok() ? std::move(*lease) : std::nullopt;
  }
  std::string NextId(absl::Time now = kNow) {
    const auto lease = Next(now);
    return lease.has_value() ? lease->job.job_id : "";
  }
  absl::Status Complete(const TenantContext& tenant, const LeasedJob& job) {
    return db_->RunTx(tenant, "complete", [&](pqxx::work& tx) {
      return CompleteJob(tx, tenant, job, "tenants/a/x", {{"CHECK", 1.5, 3, 1000}},
                         kNow + absl::Seconds(2));
    });
  }
  JobRow Get(const TenantContext& tenant, const std::string& id) {
    auto row =
        tenancy_->RunTx(tenant, "get", [&](pqxx::work& tx) { return GetJob(tx, tenant, id); });
    EXPECT_OK(row);
    return row.ok() ? *row : JobRow{};
  }
  absl::Status Cancel(const TenantContext& tenant, const std::string& id) {
    return tenancy_
        ->RunTx(tenant, "cancel",
                [&](pqxx::work& tx) {
                  return RequestCancel(
                      tx, tenant, id,
                      {"user:https://op#u", "OPERATION_CANCELLED", "tenants/a/operations/x"}, kNow);
                })
        .status();
  }

  std::optional<TenantContext> a_, b_;
  std::unique_ptr<Db> db_, tenancy_;
  WorkerOptions options_;
};

TEST_F(JobQueueTest, FromQueueToSuccess) {
  const std::string id = Queue(*a_);
  EXPECT_EQ(Get(*a_, id).state, "QUEUED");
  const auto lease = Next();
  ASSERT_TRUE(lease.has_value());
  EXPECT_EQ(lease->job.job_id, id);
  EXPECT_EQ(lease->job.attempt, 1);
  EXPECT_EQ(lease->job.params, R"({"rows": 3})");
  EXPECT_EQ(lease->job.permission, Job().permission);
  EXPECT_EQ(lease->tenant.municipality_code(), "082201");
  EXPECT_FALSE(Next().has_value());
  EXPECT_THAT(jobs_internal::RenewLease(*db_, *a_, lease->job, ChildProgress{"CHECK", 5, 10},
                                        kNow + absl::Minutes(1), kNow),
              IsOkAndHolds(Hold::kHeld));
  JobRow row = Get(*a_, id);
  EXPECT_EQ(row.state, "RUNNING");
  EXPECT_EQ(row.stage, "CHECK");
  EXPECT_EQ(row.done, 5);
  EXPECT_EQ(row.total, 10);
  ASSERT_OK(Complete(*a_, lease->job));
  row = Get(*a_, id);
  EXPECT_EQ(row.state, "SUCCEEDED");
  EXPECT_EQ(row.result_name, "tenants/a/x");
  ASSERT_EQ(row.stages.size(), 1u);
  EXPECT_EQ(row.stages[0].seconds, 1.5);
  EXPECT_EQ(row.stages[0].peak_memory_bytes, 1000);
  EXPECT_EQ(row.end_time, kNow + absl::Seconds(2));
  EXPECT_OK(row.error);
  EXPECT_EQ(database()
                .Sql("SELECT worker_seconds FROM tenancy.usage WHERE tenant_id = 'a'")[0][0]
                .as<double>(),
            2.0);
  EXPECT_THAT(Complete(*a_, lease->job), HasReason("LEASE_LOST"));
}

TEST_F(JobQueueTest, TheSameRequestIsTheSameJob) {
  ASSERT_OK_AND_ASSIGN(const std::string id, Enqueue(*a_, kNow, Job("r1")));
  EXPECT_THAT(Enqueue(*a_, kNow, Job("r1")), IsOkAndHolds(id));
  NewJob other = Job("r1");
  other.target_name = "tenants/a/other";
  EXPECT_THAT(Enqueue(*a_, kNow, other), HasReason("REQUEST_ID_REUSED"));
  // A second table must not be taken for the first, nor somebody else's work for one's own.
  other = Job("r1");
  other.params = R"({"dimensions": ["age"]})";
  EXPECT_THAT(Enqueue(*a_, kNow, other), HasReason("REQUEST_ID_REUSED"));
  other = Job("r1");
  other.actor = "user:https://idp#other";
  EXPECT_THAT(Enqueue(*a_, kNow, other), HasReason("REQUEST_ID_REUSED"));
  // Another tenant's use of it tells nothing.
  ASSERT_OK_AND_ASSIGN(const std::string theirs, Enqueue(*b_, kNow, Job("r1")));
  EXPECT_NE(theirs, id);
  EXPECT_NE(Queue(*a_), Queue(*a_));
}

TEST_F(JobQueueTest, ARequestIsFoundByItsIdKindAndTenant) {
  NewJob job = Job("r1");
  ASSERT_OK(Enqueue(*a_, kNow, job));
  const auto params = [&](const TenantContext& tenant, const std::string& kind,
                          const std::string& request_id) {
    auto found = db_->RunTx(tenant, "params", [&](pqxx::work& tx) {
      return ParamsOfRequest(tx, tenant, kind, request_id);
    });
    EXPECT_OK(found);
    return found.ok() && found->has_value() ? **found : "";
  };
  EXPECT_EQ(params(*a_, job.kind, "r1"), R"({"rows": 3})");
  EXPECT_EQ(params(*a_, job.kind, "r2"), "");
  EXPECT_EQ(params(*a_, job.kind, ""), "");
  EXPECT_EQ(params(*a_, "abstraction.run", "r1"), "");
  EXPECT_EQ(params(*b_, job.kind, "r1"), "");
}

TEST_F(JobQueueTest, ALateWorkerCannotComplete) {
  const std::string id = Queue(*a_);
  const auto first = Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(NextId(kNow + absl::Seconds(14)), "");
  const auto second = Next(kNow + absl::Seconds(15));
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->job.attempt, 2);
  EXPECT_EQ(second->job.failures, 1);
  EXPECT_THAT(Complete(*a_, first->job), HasReason("LEASE_LOST"));
  EXPECT_THAT(jobs_internal::RenewLease(*db_, *a_, first->job, std::nullopt, kNow, kNow),
              IsOkAndHolds(Hold::kLost));
  EXPECT_THAT(jobs_internal::EndJob(*db_, *a_, first->job, absl::InternalError("x"), kNow),
              IsOkAndHolds(false));
  ASSERT_OK(jobs_internal::HandBack(*db_, *a_, first->job, true, kNow, kNow));
  EXPECT_EQ(Get(*a_, id).state, "RUNNING");
  EXPECT_OK(Complete(*a_, second->job));
}

TEST_F(JobQueueTest, TenantsTakeTurnsAndQuotasHold) {
  std::vector<std::string> of_a, of_b;
  for (int i = 0; i < 6; ++i) of_a.push_back(Queue(*a_, kNow + absl::Seconds(i)));
  for (int i = 0; i < 2; ++i) of_b.push_back(Queue(*b_, kNow + absl::Seconds(10 + i)));
  const absl::Time later = kNow + absl::Minutes(1);
  // a first since its job is older; then b, which has none running; and so on, to each one's quota.
  EXPECT_EQ(NextId(later), of_a[0]);
  EXPECT_EQ(NextId(later), of_b[0]);
  EXPECT_EQ(NextId(later), of_a[1]);
  EXPECT_EQ(NextId(later), of_b[1]);
  EXPECT_EQ(NextId(later), of_a[2]);
  EXPECT_EQ(NextId(later), of_a[3]);
  EXPECT_EQ(NextId(later), "");
  // A cancelled job needs no slot to be cleaned up after.
  ASSERT_OK(Cancel(*a_, of_a[5]));
  const auto cancelled = Next(later);
  ASSERT_TRUE(cancelled.has_value());
  EXPECT_EQ(cancelled->job.job_id, of_a[5]);
  EXPECT_TRUE(cancelled->cancel_requested);
}

TEST_F(JobQueueTest, AQuotaOfNothingLeasesNothing) {
  Queue(*a_);
  database().Sql("UPDATE tenancy.quotas SET concurrent_jobs = 0 WHERE tenant_id = 'a'");
  EXPECT_EQ(NextId(), "");
}

TEST_F(JobQueueTest, OnlyActiveTenantsWorkAndShreddedOnesEnd) {
  const std::string id = Queue(*a_);
  for (const char* state : {"SUSPENDED", "SEALED"}) {
    database().Sql(absl::StrCat("UPDATE tenancy.tenants SET state = '", state, "'"));
    EXPECT_EQ(NextId(), "") << state;
  }
  database().Sql("UPDATE tenancy.tenants SET state = 'SHREDDED'");
  const auto lease = Next();
  ASSERT_TRUE(lease.has_value());
  EXPECT_EQ(lease->tenant.state(), TenantState::kShredded);
}

TEST_F(JobQueueTest, KindsOfOtherServicesAreOutOfReach) {
  NewJob job = Job();
  job.kind = "abstraction.run";
  EXPECT_FALSE(Enqueue(*a_, kNow, job).ok());
  auto abstraction = database().Open("oboro_abstraction");
  const std::string id = Queue(*a_);
  EXPECT_THAT(abstraction->RunTx(*a_, "get", [&](pqxx::work& tx) { return GetJob(tx, *a_, id); }),
              HasReason("NOT_FOUND"));
  options_.kinds = {"upload.check", "abstraction.run"};
  auto lease = jobs_internal::LeaseNext(*abstraction, options_, kNow);
  ASSERT_OK(lease);
  EXPECT_FALSE(lease->has_value());
}

TEST_F(JobQueueTest, FailureKeepsItsReason) {
  const std::string id = Queue(*a_);
  const auto lease = Next();
  const absl::Status why =
      ReasonedError(absl::StatusCode::kInvalidArgument,
                    {"FILE_REFUSED", "row 3", "3 行目", {{"row", "3"}, {"column", "性別"}}});
  EXPECT_THAT(jobs_internal::EndJob(*db_, *a_, lease->job, why, kNow), IsOkAndHolds(true));
  const JobRow row = Get(*a_, id);
  EXPECT_EQ(row.state, "FAILED");
  EXPECT_THAT(row.error, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(row.error, HasReason("FILE_REFUSED"));
  EXPECT_EQ(ReasonOf(row.error).message_ja, "3 行目");
  EXPECT_EQ(ReasonOf(row.error).metadata.at("column"), "性別");
}

TEST_F(JobQueueTest, CancelBeforeAndAfterTheLease) {
  const std::string queued = Queue(*a_);
  ASSERT_OK(Cancel(*a_, queued));
  auto lease = Next();
  ASSERT_TRUE(lease.has_value());
  EXPECT_TRUE(lease->cancel_requested);
  EXPECT_THAT(Complete(*a_, lease->job), HasReason("JOB_CANCELLED"));
  EXPECT_THAT(jobs_internal::EndJob(*db_, *a_, lease->job, Complete(*a_, lease->job), kNow),
              IsOkAndHolds(true));
  EXPECT_EQ(Get(*a_, queued).state, "CANCELLED");

  const std::string done = Queue(*a_);
  lease = Next();
  ASSERT_OK(Complete(*a_, lease->job));
  ASSERT_OK(Cancel(*a_, done));
  EXPECT_EQ(Get(*a_, done).state, "SUCCEEDED");
  EXPECT_THAT(Cancel(*a_, "no-such-job"), HasReason("NOT_FOUND"));
  EXPECT_THAT(Cancel(*b_, done), HasReason("NOT_FOUND"));
}

TEST_F(JobQueueTest, ListsPageByPageNewestFirst) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), Queue(*a_, kNow + absl::Seconds(i / 2)));
  Queue(*b_);
  const auto list = [&](const std::string& token) {
    return tenancy_->RunTx(*a_, "list",
                           [&](pqxx::work& tx) { return ListJobs(tx, *a_, 2, token); });
  };
  std::vector<std::string> seen;
  absl::Time last = absl::InfiniteFuture();
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const JobPage page, list(token));
    EXPECT_LE(page.jobs.size(), 2u);
    for (const JobRow& job : page.jobs) {
      EXPECT_LE(job.create_time, last);
      last = job.create_time;
      seen.push_back(job.job_id);
    }
    token = page.next_page_token;
  } while (!token.empty());
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(ids));
  for (const char* bad : {"x", "1", "1.", "-1.a", "1.A", "99999999999999999999.a"}) {
    EXPECT_THAT(list(bad), HasReason("INVALID_PAGE_TOKEN")) << bad;
  }
}

}  // namespace
}  // namespace oboro::platform

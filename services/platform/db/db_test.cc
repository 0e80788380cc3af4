#include "services/platform/db/db.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/sql.h"
#include "services/platform/db/test_database.h"
#include "services/platform/db/usage.h"

#if defined(__SANITIZE_ADDRESS__)
// libpqxx 6.4 forgets one PGresult (2 KB) for each connection that a server's end breaks.
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult"; }
#endif

namespace oboro::platform {
namespace {

class DbTest : public DatabaseTest {
 public:
  static void SetUpTestSuite() {
    DatabaseTest::SetUpTestSuite();
    database().AddTenant("tsukuba", "082201");
    database().AddTenant("hamamatsu", "221309");
  }

 protected:
  TenantContext tsukuba_ = TestDatabase::Tenant("tsukuba", "082201");
  TenantContext hamamatsu_ = TestDatabase::Tenant("hamamatsu", "221309");
};

absl::StatusOr<int64_t> CountDatasets(pqxx::work& tx) {
  return tx.exec1("SELECT count(*) FROM upload.datasets")[0].as<int64_t>();
}

absl::Status AddDataset(pqxx::work& tx, const std::string& tenant, const std::string& id,
                        const std::string& department = "shimin") {
  tx.exec_params("INSERT INTO upload.datasets VALUES ($1, $2, 'd', $3, '', false, now())", tenant,
                 id, department);
  return absl::OkStatus();
}

TEST_F(DbTest, TenantsAreApartOnOnePooledConnection) {
  DbOptions options = database().Options("oboro_upload");
  options.pool_size = 1;
  ASSERT_OK_AND_ASSIGN(auto db, Db::Open(options));
  for (int i = 0; i < 20; ++i) {
    const TenantContext& tenant = i % 2 == 0 ? tsukuba_ : hamamatsu_;
    ASSERT_OK(db->RunTx(tenant, "add", [&](pqxx::work& tx) {
      return AddDataset(tx, tenant.id(), absl::StrCat("apart-", i));
    }));
    EXPECT_THAT(db->RunTx(tenant, "count", CountDatasets), IsOkAndHolds(int64_t{i / 2 + 1}));
  }
  // The other tenant's rows cannot be written, and a list without a tenant is no list at all.
  EXPECT_THAT(db->RunTx(tsukuba_, "foreign",
                        [&](pqxx::work& tx) { return AddDataset(tx, "hamamatsu", "foreign"); }),
              HasReason("INTERNAL"));
  EXPECT_THAT(db->RunDirectoryTx("content", CountDatasets), HasReason("INTERNAL"));
}

TEST_F(DbTest, DirectorySeesEveryTenantAndOnlyWhenAsked) {
  auto db = database().Open("oboro_upload");
  const auto count = [](pqxx::work& tx) -> absl::StatusOr<int64_t> {
    return tx.exec1("SELECT count(tenant_id) FROM tenancy.quotas")[0].as<int64_t>();
  };
  EXPECT_THAT(db->RunDirectoryTx("directory", count), IsOkAndHolds(int64_t{2}));
  EXPECT_THAT(db->RunTx(tsukuba_, "own", count), IsOkAndHolds(int64_t{1}));
}

TEST_F(DbTest, StatusOfTheClosureRollsBackAndComesBack) {
  auto db = database().Open("oboro_upload");
  const absl::Status status = db->RunTx(tsukuba_, "refused", [&](pqxx::work& tx) {
    RETURN_IF_ERROR(AddDataset(tx, "tsukuba", "refused"));
    return absl::AbortedError("no");
  });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(database().Sql("SELECT FROM upload.datasets WHERE dataset_id = 'refused'").size(), 0u);
}

TEST_F(DbTest, ViolationsBecomeStatusesWithoutValues) {
  auto db = database().Open("oboro_upload");
  const auto add = [&](const std::string& id, const std::string& department) {
    return db->RunTx(tsukuba_, "add",
                     [&](pqxx::work& tx) { return AddDataset(tx, "tsukuba", id, department); });
  };
  ASSERT_OK(add("twice", "shimin"));
  EXPECT_THAT(add("twice", "shimin"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(add("lost", "nowhere"), HasReason("REFERENCE_MISSING"));
  const absl::Status check = add("Not An Id", "shimin");
  EXPECT_THAT(check, HasReason("INTERNAL"));
  EXPECT_FALSE(absl::StrContains(check.ToString(), "Not An Id"));
}

TEST_F(DbTest, ConcurrentIncrementsAllCount) {
  DbOptions options = database().Options("oboro_upload");
  options.pool_size = 4;
  std::mutex mutex;
  int retries = 0;
  options.on_report = [&](const DbReport& report) {
    const std::lock_guard lock(mutex);
    retries += report.retries;
    EXPECT_EQ(report.outcome, "OK");
  };
  ASSERT_OK_AND_ASSIGN(auto db, Db::Open(options));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_OK(db->RunTx(hamamatsu_, "increment", [&](pqxx::work& tx) -> absl::Status {
          // Read, then write what was read: lost without REPEATABLE READ and its retries.
          const auto rows = tx.exec1("SELECT rows FROM tenancy.usage")[0].as<int64_t>();
          tx.exec_params("UPDATE tenancy.usage SET rows = $1", rows + 1);
          return absl::OkStatus();
        }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(database()
                .Sql("SELECT rows FROM tenancy.usage WHERE tenant_id = 'hamamatsu'")[0][0]
                .as<int>(),
            100);
  EXPECT_GT(retries, 0);
}

TEST_F(DbTest, DeadlineReachesTheStatementAndThePool) {
  DbOptions options = database().Options("oboro_upload");
  options.pool_size = 1;
  ASSERT_OK_AND_ASSIGN(auto db, Db::Open(options));
  const auto sleep = [](pqxx::work& tx) -> absl::Status {
    tx.exec("SELECT pg_sleep(30)");
    return absl::OkStatus();
  };
  const absl::Time begin = absl::Now();
  {
    ScopedDbDeadline deadline(absl::Now() + absl::Milliseconds(200));
    EXPECT_THAT(db->RunTx(tsukuba_, "sleep", sleep), HasReason("DATABASE_TIMEOUT"));
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
  EXPECT_THAT(db->RunTx(tsukuba_, "after", CountDatasets), IsOk());

  absl::Status waiting;
  ASSERT_OK(db->RunTx(tsukuba_, "holds the only connection", [&](pqxx::work&) {
    std::thread other([&] {
      ScopedDbDeadline deadline(absl::Now() + absl::Milliseconds(100));
      waiting = db->RunTx(tsukuba_, "waits", CountDatasets).status();
    });
    other.join();
    return absl::OkStatus();
  }));
  EXPECT_THAT(waiting, HasReason("DATABASE_TIMEOUT"));
}

TEST_F(DbTest, ComesBackWithTheServer) {
  auto db = database().Open("oboro_upload");
  ASSERT_OK(db->RunTx(tsukuba_, "before", CountDatasets));
  database().Restart();
  EXPECT_OK(db->RunTx(tsukuba_, "after", CountDatasets));
}

TEST_F(DbTest, RefusesToStartWhereItIsUnsafe) {
  const struct {
    const char* role;
    const char* unsafe;
    const char* mend;
    const char* says;
  } cases[] = {
      {"oboro_upload", "ALTER ROLE oboro_upload SUPERUSER", "ALTER ROLE oboro_upload NOSUPERUSER",
       "superuser"},
      {"oboro_upload", "ALTER ROLE oboro_upload BYPASSRLS", "ALTER ROLE oboro_upload NOBYPASSRLS",
       "BYPASSRLS"},
      {"oboro_upload", "ALTER ROLE oboro_upload CREATEROLE", "ALTER ROLE oboro_upload NOCREATEROLE",
       "CREATEROLE"},
      {"oboro_upload", "ALTER ROLE oboro_upload INHERIT", "ALTER ROLE oboro_upload NOINHERIT",
       "without asking"},
      {"oboro_upload", "ALTER ROLE oboro_directory BYPASSRLS",
       "ALTER ROLE oboro_directory NOBYPASSRLS", "oboro_directory"},
      {"oboro_upload", "GRANT oboro_tenancy TO oboro_upload",
       "REVOKE oboro_tenancy FROM oboro_upload", "member of another role"},
      {"oboro_upload", "ALTER TABLE upload.datasets OWNER TO oboro_upload",
       "ALTER TABLE upload.datasets OWNER TO oboro_owner", "owns"},
      {"oboro_upload", "ALTER TABLE jobs.jobs NO FORCE ROW LEVEL SECURITY",
       "ALTER TABLE jobs.jobs FORCE ROW LEVEL SECURITY", "row-level security"},
      {"oboro_upload", "UPDATE tenancy.schema_version SET version = 999",
       "UPDATE tenancy.schema_version SET version = 1", "schema version 999"},
      {"oboro_owner", "SELECT", "SELECT", "owns"},
  };
  for (const auto& c : cases) {
    database().Sql(c.unsafe);
    const absl::Status status = Db::Open(database().Options(c.role)).status();
    database().Sql(c.mend);
    EXPECT_THAT(status, HasReason("DATABASE_UNSAFE")) << c.unsafe;
    EXPECT_TRUE(absl::StrContains(status.message(), c.says)) << c.unsafe << ": " << status;
    EXPECT_OK(Db::Open(database().Options("oboro_upload"))) << c.mend;
  }
}

TEST_F(DbTest, AnotherRolesCertificateOpensNothing) {
  DbOptions options = database().Options("oboro_upload");
  options.role = "oboro_tenancy";
  EXPECT_THAT(Db::Open(options), HasReason("DATABASE_UNAVAILABLE"));
}

TEST_F(DbTest, TimesAndBytesSurviveTheJourney) {
  auto db = database().Open("oboro_upload");
  const absl::Time time = absl::FromUnixMicros(1795000000123457);
  const std::string bytes("\0\xff'\\x", 5);
  ASSERT_OK(db->RunTx(tsukuba_, "journey", [&](pqxx::work& tx) -> absl::Status {
    const pqxx::row row = tx.exec_params1("SELECT $1::timestamptz, $2::bytea, NULL::timestamptz",
                                          SqlTime(time), SqlBytes(bytes));
    EXPECT_EQ(TimeOf(row[0]), time);
    EXPECT_EQ(BytesOf(row[1]), bytes);
    EXPECT_EQ(TimeOf(row[2]), absl::InfinitePast());
    return absl::OkStatus();
  }));
}

TEST_F(DbTest, QuotaAndUsage) {
  auto db = database().Open("oboro_upload");
  ASSERT_OK(db->RunTx(tsukuba_, "use", [&](pqxx::work& tx) -> absl::Status {
    RETURN_IF_ERROR(CheckQuota(tx, tsukuba_, 1000000000, 10000000));
    EXPECT_THAT(CheckQuota(tx, tsukuba_, 1000000001, 0), HasReason("QUOTA_BYTES"));
    EXPECT_THAT(CheckQuota(tx, tsukuba_, 0, 10000001), HasReason("QUOTA_ROWS"));
    RETURN_IF_ERROR(AddUsage(tx, tsukuba_, {.bytes = 600, .rows = 3, .worker_seconds = 0.5}));
    EXPECT_THAT(CheckQuota(tx, tsukuba_, 1000000000 - 599, 0), HasReason("QUOTA_BYTES"));
    RETURN_IF_ERROR(AddUsage(tx, tsukuba_, {.bytes = -700}));
    EXPECT_EQ(tx.exec1("SELECT bytes FROM tenancy.usage")[0].as<int64_t>(), 0);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace oboro::platform

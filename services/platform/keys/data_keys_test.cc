#include "services/platform/keys/data_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"

namespace oboro::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string Hex(const SecretBytes& secret) {
  return std::string(reinterpret_cast<const char*>(secret.data()), secret.size());
}

// Each test works in a tenant of its own.
class DataKeysTest : public DatabaseTest {
 protected:
  void SetUp() override {
    static int number = 0;
    ++number;
    const std::string id = absl::StrCat("t", number);
    const std::string code = absl::StrCat(100000 + number);
    tenant_.emplace(database().AddTenant(id, code));
    tenancy_ = database().Open("oboro_tenancy");
    upload_ = database().Open("oboro_upload");
    abstraction_ = database().Open("oboro_abstraction");
    ASSERT_OK(keys_.CreateTenantKeys(*tenant_, 1));
    ASSERT_OK(tenancy_->RunTx(*tenant_, "insert", [&](pqxx::work& tx) {
      return InsertTenantKeys(tx, *tenant_, keys_, absl::UnixEpoch());
    }));
  }

  absl::StatusOr<std::string> Create(Db& db, const std::string& object_id,
                                     const std::string& job_id = "") {
    return db.RunTx(*tenant_, "create", [&](pqxx::work& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const SecretBytes key,
                       CreateDataKey(tx, *tenant_, keys_, object_id, job_id));
      return Hex(key);
    });
  }
  absl::StatusOr<std::string> Load(Db& db, const std::string& object_id) {
    return db.RunTx(*tenant_, "load", [&](pqxx::work& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const SecretBytes key, LoadDataKey(tx, *tenant_, keys_, object_id));
      return Hex(key);
    });
  }
  absl::Status Live(Db& db, const std::string& object_id, int64_t bytes) {
    return db.RunTx(*tenant_, "live", [&](pqxx::work& tx) {
      return MarkDataKeyLive(tx, *tenant_, object_id, bytes);
    });
  }
  absl::Status Destroy(Db& db, const std::string& object_id) {
    return db.RunTx(*tenant_, "destroy",
                    [&](pqxx::work& tx) { return DestroyDataKey(tx, *tenant_, object_id); });
  }
  absl::StatusOr<std::vector<std::string>> Collect(Db& db) {
    return db.RunTx(*tenant_, "collect",
                    [&](pqxx::work& tx) { return CollectDeadObjects(tx, *tenant_); });
  }
  absl::StatusOr<std::string> Pseudonym(Db& db) {
    return db.RunTx(*tenant_, "pseudonym", [&](pqxx::work& tx) -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(const SecretBytes key, LoadPseudonymKey(tx, *tenant_, keys_));
      return Hex(key);
    });
  }
  int64_t UsedBytes() {
    return database()
        .Sql("SELECT bytes FROM tenancy.usage WHERE tenant_id = '" + tenant_->id() + "'")[0][0]
        .as<int64_t>();
  }
  absl::StatusOr<int64_t> Rewrap(int limit) {
    return tenancy_->RunTx(*tenant_, "rewrap", [&](pqxx::work& tx) {
      return RewrapDataKeys(tx, *tenant_, keys_, limit);
    });
  }
  absl::StatusOr<std::vector<int>> Finish() {
    return tenancy_->RunTx(*tenant_, "finish",
                           [&](pqxx::work& tx) { return FinishKeyRotation(tx, *tenant_); });
  }
  absl::Status BeginRotation(int version) {
    RETURN_IF_ERROR(keys_.CreateTenantKeys(*tenant_, version));
    return tenancy_->RunTx(*tenant_, "rotate", [&](pqxx::work& tx) {
      return BeginKeyRotation(tx, *tenant_, keys_, version, absl::UnixEpoch());
    });
  }

  FakeKeyManager keys_;
  std::optional<TenantContext> tenant_;
  std::unique_ptr<Db> tenancy_, upload_, abstraction_;
};

TEST_F(DataKeysTest, LifeOfAnObject) {
  ASSERT_OK_AND_ASSIGN(const std::string key, Create(*upload_, "o"));
  EXPECT_THAT(Load(*upload_, "o"), IsOkAndHolds(key));
  EXPECT_THAT(Create(*upload_, "o"), StatusIs(absl::StatusCode::kAlreadyExists));
  // Others may read what is finished, and never what is being made.
  EXPECT_THAT(Load(*abstraction_, "o"), HasReason("NOT_FOUND"));
  ASSERT_OK(Live(*upload_, "o", 1000));
  EXPECT_EQ(UsedBytes(), 1000);
  EXPECT_THAT(Load(*abstraction_, "o"), IsOkAndHolds(key));
  EXPECT_THAT(Live(*upload_, "o", 1000), HasReason("OBJECT_GONE"));

  ASSERT_OK(Destroy(*upload_, "o"));
  ASSERT_OK(Destroy(*upload_, "o"));
  EXPECT_EQ(UsedBytes(), 0);
  EXPECT_THAT(Load(*upload_, "o"), HasReason("NOT_FOUND"));
  EXPECT_THAT(Collect(*upload_), IsOkAndHolds(ElementsAre("o")));
  ASSERT_OK(upload_->RunTx(*tenant_, "forget",
                           [&](pqxx::work& tx) { return ForgetDataKey(tx, *tenant_, "o"); }));
  EXPECT_THAT(Collect(*upload_), IsOkAndHolds(IsEmpty()));
}

TEST_F(DataKeysTest, AnotherServiceCannotDestroy) {
  ASSERT_OK_AND_ASSIGN(const std::string key, Create(*upload_, "o"));
  ASSERT_OK(Live(*upload_, "o", 1));
  EXPECT_THAT(Destroy(*abstraction_, "o"), HasReason("NOT_FOUND"));
  EXPECT_EQ(UsedBytes(), 1);
  EXPECT_THAT(Load(*upload_, "o"), IsOkAndHolds(key));
}

TEST_F(DataKeysTest, SweepTakesWhatItsJobLeftAndNothingElse) {
  const auto job = [&](const std::string& id, const std::string& rest) {
    database().Sql(absl::StrCat(
        "INSERT INTO jobs.jobs (tenant_id, job_id, kind, actor, permission, target_name, params, "
        "not_before, create_time, state, end_time, lease_owner, lease_expires) VALUES ('",
        tenant_->id(), "', '", id, "', 'upload.check', 'service:x', '', '', '{}', now(), now(), ",
        rest, ")"));
  };
  job("queued", "'QUEUED', NULL, NULL, NULL");
  job("running", "'RUNNING', NULL, 'w', now()");
  job("done", "'SUCCEEDED', now(), NULL, NULL");
  ASSERT_OK(Create(*upload_, "of-queued", "queued"));
  ASSERT_OK(Create(*upload_, "of-running", "running"));
  ASSERT_OK(Create(*upload_, "of-done", "done"));
  ASSERT_OK(Create(*upload_, "of-done-and-live", "done"));
  ASSERT_OK(Live(*upload_, "of-done-and-live", 1));
  ASSERT_OK(Create(*upload_, "of-none", "never-was"));
  ASSERT_OK(Create(*upload_, "of-a-snapshot"));
  ASSERT_OK(Create(*abstraction_, "of-another-service", "never-was"));
  EXPECT_THAT(Collect(*upload_), IsOkAndHolds(UnorderedElementsAre("of-done", "of-none")));
  EXPECT_THAT(Load(*upload_, "of-running"), IsOk());
  EXPECT_THAT(Load(*upload_, "of-a-snapshot"), IsOk());
  EXPECT_THAT(Load(*upload_, "of-done"), HasReason("NOT_FOUND"));
}

TEST_F(DataKeysTest, PseudonymKeyIsForTwoServices) {
  ASSERT_OK_AND_ASSIGN(const std::string key, Pseudonym(*upload_));
  EXPECT_EQ(key.size(), 32u);
  EXPECT_THAT(Pseudonym(*abstraction_), IsOkAndHolds(key));
  EXPECT_FALSE(Pseudonym(*database().Open("oboro_verification")).ok());
  EXPECT_FALSE(Pseudonym(*database().Open("oboro_aggregation")).ok());
}

TEST_F(DataKeysTest, RotationKeepsEveryKeyAndThePseudonym) {
  ASSERT_OK_AND_ASSIGN(const std::string pseudonym, Pseudonym(*upload_));
  std::vector<std::string> before;
  for (int i = 0; i < 5; ++i) {
    ASSERT_OK_AND_ASSIGN(before.emplace_back(), Create(*upload_, absl::StrCat("o", i)));
  }
  ASSERT_OK(BeginRotation(2));
  // Not before everything hangs on the new version.
  EXPECT_THAT(Finish(), HasReason("REFERENCE_MISSING"));
  EXPECT_THAT(Rewrap(3), IsOkAndHolds(int64_t{3}));
  EXPECT_THAT(Rewrap(3), IsOkAndHolds(int64_t{2}));
  EXPECT_THAT(Rewrap(3), IsOkAndHolds(int64_t{0}));
  EXPECT_THAT(Finish(), IsOkAndHolds(ElementsAre(1)));
  EXPECT_THAT(Finish(), IsOkAndHolds(IsEmpty()));
  ASSERT_OK(keys_.DestroyTenantKeys(*tenant_, 1));
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(Load(*upload_, absl::StrCat("o", i)), IsOkAndHolds(before[i]));
  }
  EXPECT_THAT(Pseudonym(*upload_), IsOkAndHolds(pseudonym));
  ASSERT_OK_AND_ASSIGN(const auto rows, tenancy_->RunTx(*tenant_, "list", [&](pqxx::work& tx) {
    return ListTenantKeys(tx, *tenant_);
  }));
  std::vector<std::string> states;
  for (const TenantKeyRow& row : rows) {
    states.push_back(absl::StrCat(row.purpose, row.version, row.state));
  }
  EXPECT_THAT(states, ElementsAre("KEY_ENCRYPTION1DESTROYED", "KEY_ENCRYPTION2PRIMARY",
                                  "PSEUDONYM1PRIMARY", "SIGNING1DESTROYED", "SIGNING2PRIMARY"));
  // Old signatures can still be checked.
  EXPECT_THAT(upload_->RunTx(*tenant_, "public",
                             [&](pqxx::work& tx) { return SigningPublicKey(tx, *tenant_, 1); }),
              IsOk());
}

// The race that would lose an object for ever: its key is wrapped under the old version by a
// transaction that began before the rotation and commits as the old version is given up.
TEST_F(DataKeysTest, NoKeyIsLostToAConcurrentRotation) {
  ASSERT_OK(upload_->RunTx(*tenant_, "slow upload", [&](pqxx::work& tx) -> absl::Status {
    RETURN_IF_ERROR(CreateDataKey(tx, *tenant_, keys_, "late").status());
    RETURN_IF_ERROR([&] {
      absl::Status rotated;
      std::thread other([&] { rotated = BeginRotation(2); });
      other.join();
      return rotated;
    }());
    return absl::OkStatus();
  }));
  EXPECT_THAT(Finish(), HasReason("REFERENCE_MISSING"));
  EXPECT_THAT(Rewrap(10), IsOkAndHolds(int64_t{1}));
  EXPECT_THAT(Finish(), IsOkAndHolds(ElementsAre(1)));
  ASSERT_OK(keys_.DestroyTenantKeys(*tenant_, 1));
  EXPECT_THAT(Load(*upload_, "late"), IsOk());
}

TEST_F(DataKeysTest, ShredLeavesNothingToUnwrap) {
  ASSERT_OK(Create(*upload_, "o"));
  ASSERT_OK(Live(*upload_, "o", 5));
  ASSERT_OK(tenancy_->RunTx(*tenant_, "shred",
                            [&](pqxx::work& tx) { return ShredKeyRows(tx, *tenant_); }));
  EXPECT_THAT(Load(*upload_, "o"), HasReason("NOT_FOUND"));
  EXPECT_THAT(Pseudonym(*upload_), HasReason("TENANT_KEYS_MISSING"));
  EXPECT_THAT(Create(*upload_, "p"), HasReason("TENANT_KEYS_MISSING"));
  EXPECT_THAT(Collect(*upload_), IsOkAndHolds(ElementsAre("o")));
  EXPECT_EQ(database()
                .Sql("SELECT FROM tenancy.keys WHERE wrapped IS NOT NULL AND tenant_id = '" +
                     tenant_->id() + "'")
                .size(),
            0u);
}

TEST_F(DataKeysTest, ASwappedWrappedKeyIsRefused) {
  ASSERT_OK(Create(*upload_, "a"));
  ASSERT_OK(Create(*upload_, "b"));
  database().Sql(absl::StrCat(
      "UPDATE tenancy.data_keys SET wrapped = (SELECT wrapped FROM tenancy.data_keys WHERE "
      "tenant_id = '",
      tenant_->id(), "' AND object_id = 'b') WHERE tenant_id = '", tenant_->id(),
      "' AND object_id = 'a'"));
  EXPECT_FALSE(Load(*upload_, "a").ok());
  EXPECT_OK(Load(*upload_, "b"));
}

}  // namespace
}  // namespace oboro::platform

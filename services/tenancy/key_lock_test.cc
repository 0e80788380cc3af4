// Two processes on one database, as two pools of connections: one tenant's keys are one's at a
// time.
#include "services/tenancy/key_lock.h"

#include <gtest/gtest.h>

#include <atomic>

#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/objects/testing/memory_store.h"
#include "services/tenancy/key_life.h"

namespace oboro::tenancy {
namespace {

class KeyLockTest : public platform::DatabaseTest {
 protected:
  void SetUp() override {
    database().Sql("TRUNCATE jobs.jobs, jobs.lanes, tenancy.tenants CASCADE");
    here_ = database().Open("oboro_tenancy");
    there_ = database().Open("oboro_tenancy");
    for (const auto& [id, code] : {std::pair("a", "082201"), std::pair("b", "221309")}) {
      const platform::TenantContext tenant = database().AddTenant(id, code);
      ASSERT_OK(keys_.CreateTenantKeys(tenant, 1));
      ASSERT_OK(here_->RunTx(tenant, "keys", [&](pqxx::work& tx) {
        tx.exec_params(
            "INSERT INTO tenancy.audit_chains VALUES ($1, 0, decode(repeat('00', 32), 'hex'))",
            tenant.id());
        return platform::InsertTenantKeys(tx, tenant, keys_, clock_.Now());
      }));
    }
  }

  // Until `count` sessions wait for an advisory lock.
  void AwaitWaiting(int count) {
    while (
        database()
            .Sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")[0][0]
            .as<int>() < count) {
      std::this_thread::yield();
    }
  }

  platform::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  platform::FakeKeyManager keys_;
  platform::MemoryObjectStore objects_;
  const platform::TenantContext a_ = platform::TestDatabase::Tenant("a", "082201");
  const platform::TenantContext b_ = platform::TestDatabase::Tenant("b", "221309");
  std::unique_ptr<platform::Db> here_, there_;
};

TEST_F(KeyLockTest, ATenantsKeysAreOnesAtATime) {
  ASSERT_OK_AND_ASSIGN(auto held, KeyLock::Take(*here_, a_));
  EXPECT_OK(held->Held());
  ASSERT_OK(KeyLock::Take(*there_, b_)) << "another tenant's are not in the way";
  std::atomic<bool> taken{false};
  std::thread other([&] {
    EXPECT_OK(KeyLock::Take(*there_, a_));
    taken = true;
  });
  AwaitWaiting(1);
  EXPECT_FALSE(taken);
  held.reset();
  other.join();
  EXPECT_TRUE(taken);
}

TEST_F(KeyLockTest, WhoLosesTheConnectionKnows) {
  ASSERT_OK_AND_ASSIGN(const auto held, KeyLock::Take(*here_, a_));
  database().Sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
  while (held->Held().ok()) std::this_thread::yield();
  ASSERT_OK(KeyLock::Take(*there_, a_));
}

// Shredding while another process rotates: it waits, and then no key is left.
TEST_F(KeyLockTest, ShreddingWaitsForAnotherProcess) {
  Deps deps;
  deps.db = here_.get();
  deps.keys = &keys_;
  deps.objects = &objects_;
  deps.clock = &clock_;
  ASSERT_OK_AND_ASSIGN(auto rotating, KeyLock::Take(*there_, a_));
  ASSERT_OK(keys_.CreateTenantKeys(a_, 2)) << "what a rotation has made before its rows";
  database().Sql("UPDATE tenancy.tenants SET state = 'SHREDDED' WHERE tenant_id = 'a'");
  std::thread shredding([&] {
    const platform::TenantContext gone =
        platform::TestDatabase::Tenant("a", "082201", platform::TenantState::kShredded);
    EXPECT_OK(
        FinishShredding(deps, gone, {"service:tenancy", "SHRED_TENANT", "tenants/a", "OK", {}}));
  });
  AwaitWaiting(1);
  EXPECT_TRUE(keys_.PublicKey(a_, 1).ok());
  rotating.reset();
  shredding.join();
  EXPECT_FALSE(keys_.PublicKey(a_, 1).ok());
  EXPECT_FALSE(keys_.PublicKey(a_, 2).ok());
  EXPECT_TRUE(keys_.PublicKey(b_, 1).ok());
}

}  // namespace
}  // namespace oboro::tenancy

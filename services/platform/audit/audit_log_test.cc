#include "services/platform/audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "services/platform/audit/audit.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"

namespace oboro::platform {
namespace {

constexpr absl::Time kNow = absl::FromUnixMicros(1795219200123456);

class AuditLogTest : public DatabaseTest {
 protected:
  void SetUp() override {
    static int number = 0;
    ++number;
    const std::string id = absl::StrCat("t", number);
    tenant_.emplace(database().AddTenant(id, absl::StrCat(100000 + number)));
    tenancy_ = database().Open("oboro_tenancy");
    ASSERT_OK(keys_.CreateTenantKeys(*tenant_, 1));
    ASSERT_OK(tenancy_->RunTx(*tenant_, "keys", [&](pqxx::work& tx) -> absl::Status {
      RETURN_IF_ERROR(InsertTenantKeys(tx, *tenant_, keys_, kNow));
      return AppendAudit(tx, *tenant_, Event("TENANT_CREATED"), kNow);
    }));
  }

  static AuditEvent Event(const std::string& action) {
    AuditEvent event{"user:https://op.example#u1", action, "tenants/t", "OK", {}};
    event.detail = {{"b", 1}, {"a", "市"}};
    return event;
  }
  absl::Status Append(Db& db, const std::string& action) {
    return db.RunTx(*tenant_, "append",
                    [&](pqxx::work& tx) { return AppendAudit(tx, *tenant_, Event(action), kNow); });
  }
  absl::StatusOr<ChainHead> Sign() {
    return tenancy_->RunTx(*tenant_, "sign",
                           [&](pqxx::work& tx) { return SignHead(tx, *tenant_, keys_, kNow); });
  }
  absl::StatusOr<ChainReport> Verify(std::optional<ChainHead> known = std::nullopt) {
    return tenancy_->RunTx(*tenant_, "verify",
                           [&](pqxx::work& tx) { return VerifyAuditRows(tx, *tenant_, known); });
  }
  void Tamper(const std::string& statement) {
    database().Sql(absl::StrCat(statement, " WHERE tenant_id = '", tenant_->id(), "'"));
  }
  std::string FaultAfter(const std::string& statement) {
    Tamper(statement);
    const auto report = Verify();
    return report.ok() ? report->fault : report.status().ToString();
  }

  FakeKeyManager keys_;
  std::optional<TenantContext> tenant_;
  std::unique_ptr<Db> tenancy_;
};

TEST_F(AuditLogTest, EventsAreReadAsTheyWereWritten) {
  ASSERT_OK(Append(*database().Open("oboro_upload"), "SNAPSHOT_CREATED"));
  ASSERT_OK_AND_ASSIGN(const auto events, tenancy_->RunTx(*tenant_, "read", [&](pqxx::work& tx) {
    return ReadEvents(tx, *tenant_, 1, 10);
  }));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].sequence, 2);
  EXPECT_EQ(events[0].time, kNow);
  EXPECT_EQ(events[0].action, "SNAPSHOT_CREATED");
  EXPECT_EQ(events[0].detail_json, R"({"a":"市","b":1})");
  EXPECT_EQ(events[0].hash, EventHash(tenant_->id(), events[0]));
}

TEST_F(AuditLogTest, ConcurrentWritersMakeOneChain) {
  std::vector<std::thread> threads;
  for (const char* role : {"oboro_upload", "oboro_abstraction", "oboro_verification"}) {
    threads.emplace_back([this, role] {
      auto db = database().Open(role);
      for (int i = 0; i < 30; ++i) EXPECT_OK(Append(*db, "SOMETHING_DONE"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const ChainReport report, Verify());
  EXPECT_EQ(report.fault, "");
  EXPECT_EQ(report.events, 91);
}

TEST_F(AuditLogTest, ARolledBackEventIsNoGap) {
  EXPECT_FALSE(tenancy_
                   ->RunTx(*tenant_, "fails",
                           [&](pqxx::work& tx) -> absl::Status {
                             RETURN_IF_ERROR(AppendAudit(tx, *tenant_, Event("NEVER_DONE"), kNow));
                             return absl::AbortedError("after all not");
                           })
                   .ok());
  ASSERT_OK(Append(*tenancy_, "DONE"));
  ASSERT_OK_AND_ASSIGN(const ChainReport report, Verify());
  EXPECT_EQ(report.fault, "");
  EXPECT_EQ(report.events, 2);
}

TEST_F(AuditLogTest, HeadsAreSignedWhenDue) {
  const HeadInterval interval{3, absl::Minutes(10)};
  const auto due = [&](absl::Time now) {
    return tenancy_->RunTx(*tenant_, "due", [&](pqxx::work& tx) {
      return SignHeadIfDue(tx, *tenant_, keys_, interval, now);
    });
  };
  const auto signed_at = [&](absl::Time now) -> int64_t {
    const auto head = due(now);
    EXPECT_OK(head);
    return head.ok() && head->has_value() ? (*head)->sequence : 0;
  };
  EXPECT_EQ(signed_at(kNow), 1);  // The first event of all.
  EXPECT_EQ(signed_at(kNow + absl::Hours(1)), 0);
  ASSERT_OK(Append(*tenancy_, "DONE"));
  EXPECT_EQ(signed_at(kNow + absl::Minutes(9)), 0);
  EXPECT_EQ(signed_at(kNow + absl::Minutes(10)), 2);
  for (int i = 0; i < 3; ++i) ASSERT_OK(Append(*tenancy_, "DONE"));
  EXPECT_EQ(signed_at(kNow + absl::Minutes(11)), 5);
  ASSERT_OK_AND_ASSIGN(const ChainHead head, Sign());
  EXPECT_EQ(head.sequence, 5);
  ASSERT_OK_AND_ASSIGN(const ChainReport report, Verify(head));
  EXPECT_EQ(report.fault, "");
  EXPECT_EQ(report.heads, 4);
}

TEST_F(AuditLogTest, TamperedRowsAreFound) {
  for (int i = 0; i < 9; ++i) ASSERT_OK(Append(*tenancy_, "DONE"));
  EXPECT_EQ(FaultAfter("UPDATE tenancy.audit_events SET detail = '{}'"),
            "event 1 is not as it was written");
}

TEST_F(AuditLogTest, ARemovedEventIsFound) {
  for (int i = 0; i < 9; ++i) ASSERT_OK(Append(*tenancy_, "DONE"));
  database().Sql(absl::StrCat(
      "DELETE FROM tenancy.audit_events WHERE sequence = 5 AND tenant_id = '", tenant_->id(), "'"));
  ASSERT_OK_AND_ASSIGN(const ChainReport report, Verify());
  EXPECT_EQ(report.fault, "event 5 is missing: event 6 stands in its place");
}

TEST_F(AuditLogTest, ACutEndIsFoundByTheHeadRowAndByAKeptHead) {
  for (int i = 0; i < 9; ++i) ASSERT_OK(Append(*tenancy_, "DONE"));
  ASSERT_OK_AND_ASSIGN(const ChainHead kept, Sign());
  database().Sql(absl::StrCat(
      "DELETE FROM tenancy.audit_events WHERE sequence > 6 AND tenant_id = '", tenant_->id(), "'"));
  ASSERT_OK_AND_ASSIGN(ChainReport report, Verify());
  EXPECT_EQ(report.fault_sequence, 7);
  // All traces removed in the database.
  Tamper("DELETE FROM tenancy.audit_heads");
  Tamper(
      "UPDATE tenancy.audit_chains c SET sequence = 6, hash = (SELECT hash FROM "
      "tenancy.audit_events e WHERE e.tenant_id = c.tenant_id AND sequence = 6)");
  ASSERT_OK_AND_ASSIGN(report, Verify());
  EXPECT_EQ(report.fault, "");
  ASSERT_OK_AND_ASSIGN(report, Verify(kept));
  EXPECT_EQ(report.fault,
            "the chain ends at event 6, but a head of event 10 was signed: the end was cut off");
}

TEST_F(AuditLogTest, WhatCannotBeStoredAsHashedFailsTheTransaction) {
  AuditEvent event = Event("DONE");
  event.resource = std::string("tenants/t\0x", 11);
  EXPECT_THAT(
      tenancy_->RunTx(*tenant_, "nul",
                      [&](pqxx::work& tx) { return AppendAudit(tx, *tenant_, event, kNow); }),
      HasReason("AUDIT_FAILED"));
}

TEST_F(AuditLogTest, NoServiceCanChangeOrRemoveAnEvent) {
  for (const char* role : {"oboro_tenancy", "oboro_upload"}) {
    auto db = database().Open(role);
    for (const char* statement :
         {"UPDATE tenancy.audit_events SET outcome = 'OK'", "DELETE FROM tenancy.audit_events",
          "DELETE FROM tenancy.audit_heads", "DELETE FROM tenancy.audit_chains"}) {
      EXPECT_FALSE(db->RunTx(*tenant_, "tamper",
                             [&](pqxx::work& tx) -> absl::Status {
                               tx.exec(statement);
                               return absl::OkStatus();
                             })
                       .ok())
          << role << ": " << statement;
    }
  }
}

class FindEventsTest : public AuditLogTest {
 protected:
  // Events 2 to 21 by two people on two datasets, one a second.
  void SetUp() override {
    AuditLogTest::SetUp();
    for (int i = 0; i < 20; ++i) {
      AuditEvent event;
      event.actor = absl::StrCat("user:https://op.example#", i % 4 == 0 ? "ichiro" : "hanako");
      event.action = i % 2 == 0 ? "READ" : "WRITE";
      event.resource = i < 10 ? absl::StrCat("tenants/t/datasets/juki/snapshots/s", i)
                              : absl::StrCat("tenants/t/statistics/x", i);
      if (i >= 15) event.detail = {{"dataset", "tenants/t/datasets/juki"}, {"n", i}};
      ASSERT_OK(tenancy_->RunTx(*tenant_, "append", [&](pqxx::work& tx) {
        return AppendAudit(tx, *tenant_, event, kNow + absl::Seconds(i));
      }));
    }
  }
  std::vector<int64_t> Find(const EventFilter& filter, int64_t after = 0, int limit = 100) {
    const auto events = tenancy_->RunTx(*tenant_, "find", [&](pqxx::work& tx) {
      return FindEvents(tx, *tenant_, filter, after, limit);
    });
    EXPECT_OK(events);
    std::vector<int64_t> found;
    for (const ChainedEvent& event : *events) found.push_back(event.sequence - 2);
    return found;
  }
};

TEST_F(FindEventsTest, ByEachFieldAndByAllTogether) {
  using ::testing::ElementsAre;
  EXPECT_EQ(Find({.action = "WRITE"}).size(), 10u);
  EXPECT_THAT(Find({.actor = "ichi"}), ElementsAre(0, 4, 8, 12, 16));
  EXPECT_THAT(Find({.actor = "%"}), ElementsAre());
  EXPECT_THAT(Find({.resource = "tenants/t/statistics/x11"}), ElementsAre(11));
  // Below it, and nothing that only begins alike.
  EXPECT_EQ(Find({.resource = "tenants/t/datasets/juki"}).size(), 10u);
  EXPECT_THAT(Find({.resource = "tenants/t/datasets/ju"}), ElementsAre());
  EXPECT_THAT(Find({.since = kNow + absl::Seconds(3), .until = kNow + absl::Seconds(6)}),
              ElementsAre(3, 4, 5));
  EXPECT_THAT(Find({.action = "READ",
                    .actor = "hanako",
                    .resource = "tenants/t/datasets/juki",
                    .since = kNow + absl::Seconds(1),
                    .newest_first = true}),
              ElementsAre(6, 2));
}

TEST_F(FindEventsTest, ADatasetIsKnownByTheResourceOrByTheDetail) {
  EXPECT_THAT(Find({.dataset = "tenants/t/datasets/juki"}),
              ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18, 19));
}

TEST_F(FindEventsTest, PagesMeetInBothDirections) {
  EXPECT_THAT(Find({.action = "READ"}, 0, 3), ::testing::ElementsAre(0, 2, 4));
  EXPECT_THAT(Find({.action = "READ"}, 4 + 2, 3), ::testing::ElementsAre(6, 8, 10));
  EXPECT_THAT(Find({.action = "READ", .newest_first = true}, 0, 3),
              ::testing::ElementsAre(18, 16, 14));
  EXPECT_THAT(Find({.action = "READ", .newest_first = true}, 14 + 2, 3),
              ::testing::ElementsAre(12, 10, 8));
}

// Of 40,000 events a page of 50 reads a few hundred rows, whatever is asked.
TEST_F(FindEventsTest, ReadsFewRowsOfALongChain) {
  database().Sql(absl::StrCat(
      "INSERT INTO tenancy.audit_events SELECT tenant_id, n, time + n * interval '1 minute', actor "
      "|| (n % 50), CASE WHEN n % 1000 = 0 THEN 'RARE' ELSE 'OFTEN' END, 'tenants/t/x/y' || (n % "
      "500), outcome, CASE WHEN n % 900 = 0 THEN '{\"dataset\":\"tenants/t/datasets/rare\"}' ELSE "
      "'{}' END, previous_hash, hash FROM tenancy.audit_events, generate_series(1000, 41000) n "
      "WHERE sequence = 2 AND tenant_id = '",
      tenant_->id(), "'"));
  database().Sql("ANALYZE tenancy.audit_events");
  for (const EventFilter& filter : std::vector<EventFilter>{
           {.action = "RARE", .newest_first = true},
           {.actor = "ichiro49", .newest_first = true},
           {.resource = "tenants/t/x/y7"},
           {.dataset = "tenants/t/datasets/rare", .newest_first = true},
           {.since = kNow + absl::Minutes(30000), .until = kNow + absl::Minutes(30100)}}) {
    const auto read = tenancy_->RunTx(*tenant_, "find", [&](pqxx::work& tx) {
      EXPECT_OK(FindEvents(tx, *tenant_, filter, 0, 50));
      return absl::StatusOr<int64_t>(
          tx.exec1("SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM "
                   "pg_stat_xact_user_tables WHERE relname = 'audit_events'")[0]
              .as<int64_t>());
    });
    ASSERT_OK(read);
    EXPECT_GT(*read, 0);
    EXPECT_LT(*read, 3000) << filter.action << filter.actor << filter.resource << filter.dataset;
  }
}

}  // namespace
}  // namespace oboro::platform

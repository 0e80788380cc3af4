// Recipes and the abstraction's jobs over a real database, with keys and objects in memory.
#include <gtest/gtest.h>

#include <memory>

#include "services/abstraction/abstract_function.h"
#include "services/abstraction/abstract_job.h"
#include "services/abstraction/create_abstraction_handler.h"
#include "services/abstraction/create_recipe_handler.h"
#include "services/abstraction/get_abstraction_handler.h"
#include "services/abstraction/get_recipe_handler.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/jobs/job_lease.h"
#include "services/platform/jobs/testing/in_process_child.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/stream.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/objects/testing/memory_store.h"

namespace oboro::abstraction {
namespace {

using platform::HasReason;

constexpr char kRecipe[] = R"(recipe: small
title: {ja: 小, en: small}
reference: none
unlisted: refuse
columns:
  - {name: sex, source: 性別, transform: keep}
quasi_identifiers: [sex]
)";
constexpr char kFile[] = "性別\n1\n2\n1\n";
constexpr char kSnapshot[] = "tenants/a/datasets/d/snapshots/s";

class FakePeers final : public Peers {
 public:
  absl::StatusOr<upload::v1::Snapshot> GetSnapshot(const std::string& name) override {
    if (name != snapshot.name()) return platform::NotFoundError();
    return snapshot;
  }
  absl::StatusOr<upload::v1::Dataset> GetDataset(const std::string& name) override {
    if (name != "tenants/a/datasets/d") return platform::NotFoundError();
    upload::v1::Dataset dataset;
    dataset.set_name(name);
    dataset.set_department("tenants/a/departments/citizens");
    return dataset;
  }
  absl::Status DestroySnapshot(const std::string& name) override {
    ++destroyed;
    return absl::OkStatus();
  }
  upload::v1::Snapshot snapshot;
  int destroyed = 0;
};

class AbstractionTest : public platform::DatabaseTest {
 protected:
  void SetUp() override {
    database().Sql("TRUNCATE jobs.jobs, jobs.lanes, tenancy.tenants CASCADE");
    tenant_ = std::make_unique<platform::TenantContext>(database().AddTenant("a", "082201"));
    auto tenancy = database().Open("oboro_tenancy");
    ASSERT_OK(keys_.CreateTenantKeys(*tenant_, 1));
    ASSERT_OK(tenancy->RunTx(*tenant_, "keys", [&](pqxx::work& tx) {
      tx.exec0(
          "INSERT INTO tenancy.audit_chains VALUES ('a', 0, decode(repeat('00', 32), 'hex'))"
          " ON CONFLICT DO NOTHING");
      return platform::InsertTenantKeys(tx, *tenant_, keys_, clock_.Now());
    }));
    PutSnapshot();
    database().Sql(
        "INSERT INTO tenancy.departments VALUES ('a', 'citizens', '市民課', now())"
        " ON CONFLICT DO NOTHING");
    database().Sql(
        "INSERT INTO tenancy.members VALUES ('a', 'm1', 'https://idp', 'steward', 'STEWARD',"
        " 'citizens', now())");
    db_ = database().Open("oboro_abstraction");
    deps_.db = db_.get();
    deps_.keys = &keys_;
    deps_.objects = &objects_;
    deps_.clock = &clock_;
    deps_.peers = &peers_;
  }

  // What upload would have left.
  void PutSnapshot() {
    auto upload = database().Open("oboro_upload");
    platform::SecretBytes key;
    ASSERT_OK(upload->RunTx(*tenant_, "snapshot", [&](pqxx::work& tx) -> absl::Status {
      ASSIGN_OR_RETURN(key, platform::CreateDataKey(tx, *tenant_, keys_, "raw"));
      return platform::MarkDataKeyLive(tx, *tenant_, "raw", 100);
    }));
    ASSERT_OK_AND_ASSIGN(auto object, objects_.Create(*tenant_, "raw", 4));
    platform::StreamEncryptor stream({"a", "raw"}, key, 0,
                                     [&](absl::string_view b) { return object->Write(b); });
    ASSERT_OK(stream.Write(kFile));
    ASSERT_OK(stream.Finish());
    ASSERT_OK(object->Commit());
    upload::v1::Snapshot& snapshot = peers_.snapshot;
    snapshot.set_name(kSnapshot);
    snapshot.set_state(upload::v1::SNAPSHOT_STATE_ACCEPTED);
    snapshot.set_reference_date("2025-04-01");
    snapshot.set_records(3);
    snapshot.set_committed_bytes(sizeof(kFile) - 1);
    snapshot.set_object_id("raw");
    snapshot.add_object_parts(4);
    snapshot.set_schema(R"({"encoding": "utf-8", "delimiter": ",", "columns": ["性別"]})");
  }

  platform::CallContext Call() {
    platform::CallContext call;
    call.caller.issuer = "https://idp";
    call.caller.subject = "steward";
    call.roles = static_cast<platform::RoleSet>(platform::Role::kSteward);
    call.tenant_context = platform::TestDatabase::Tenant("a", "082201");
    call.method = "/oboro.abstraction.v1.AbstractionService/CreateAbstraction";
    return call;
  }

  absl::StatusOr<v1::Recipe> PutRecipe(const std::string& document) {
    v1::CreateRecipeRequest request;
    request.set_parent("tenants/a");
    request.set_recipe_id("small");
    request.set_document(document);
    auto response = CreateRecipeHandler(deps_).Handle(Call(), request);
    if (!response.ok()) return response.status();
    return response->recipe();
  }

  absl::StatusOr<operation::v1::Operation> Ask(const std::string& request_id,
                                               const std::string& department = "") {
    v1::CreateAbstractionRequest request;
    request.set_parent("tenants/a");
    request.set_snapshot(kSnapshot);
    request.set_recipe("tenants/a/recipes/small");
    request.set_request_id(request_id);
    platform::CallContext call = Call();
    if (!department.empty()) call.department_ids = {department};
    auto response = CreateAbstractionHandler(deps_).Handle(call, request);
    if (!response.ok()) return response.status();
    return response->operation();
  }

  std::optional<platform::LeasedJob> Lease() {
    platform::WorkerOptions options;
    options.owner = "test";
    options.kinds = {"abstraction.run", "abstraction.release"};
    clock_.Advance(absl::Minutes(1));
    auto lease = platform::jobs_internal::LeaseNext(*db_, options, clock_.Now());
    EXPECT_OK(lease);
    if (!lease.ok() || !lease->has_value()) return std::nullopt;
    return (*lease)->job;
  }

  AbstractJob Handler() {
    return AbstractJob(deps_, [](platform::ChildRequest request) {
      return platform::RunInProcess(std::move(request), RunAbstract);
    });
  }
  static bool Beat(const platform::ChildProgress&) { return true; }

  std::string One(const std::string& sql) {
    const pqxx::result result = database().Sql(sql);
    return result.empty() ? "" : result[0][0].c_str();
  }

  platform::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  platform::FakeKeyManager keys_;
  platform::MemoryObjectStore objects_;
  std::unique_ptr<platform::TenantContext> tenant_;
  std::unique_ptr<platform::Db> db_;
  FakePeers peers_;
  Deps deps_;
};

TEST_F(AbstractionTest, RecipesAreVersionedAndChecked) {
  ASSERT_OK_AND_ASSIGN(const v1::Recipe first, PutRecipe(kRecipe));
  EXPECT_EQ(first.version(), 1);
  EXPECT_EQ(first.digest().size(), 32u);
  ASSERT_OK_AND_ASSIGN(const v1::Recipe same, PutRecipe(kRecipe));
  EXPECT_EQ(same.version(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Recipe second, PutRecipe(std::string(kRecipe) + "# changed\n"));
  EXPECT_EQ(second.version(), 2);
  EXPECT_THAT(PutRecipe("recipe: x"), HasReason("RECIPE_INVALID"));
  v1::GetRecipeRequest request;
  request.set_name("tenants/a/recipes/small");
  ASSERT_OK_AND_ASSIGN(const auto newest, GetRecipeHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(newest.recipe().version(), 2);
  request.set_version(1);
  ASSERT_OK_AND_ASSIGN(const auto old, GetRecipeHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(old.recipe().document(), kRecipe);
  request.set_version(3);
  EXPECT_TRUE(absl::IsNotFound(GetRecipeHandler(deps_).Handle(Call(), request).status()));
}

TEST_F(AbstractionTest, AcceptanceQueuesTheDestructionOfTheSnapshot) {
  ASSERT_OK(PutRecipe(kRecipe));
  ASSERT_OK_AND_ASSIGN(const auto operation, Ask("r1"));
  ASSERT_OK_AND_ASSIGN(const auto again, Ask("r1"));
  EXPECT_EQ(operation.name(), again.name());
  AbstractJob handler = Handler();
  auto job = Lease();
  ASSERT_TRUE(job.has_value());
  ASSERT_OK(handler.Run(*tenant_, *job, Beat));
  EXPECT_EQ(peers_.destroyed, 0);
  auto release = Lease();
  ASSERT_TRUE(release.has_value());
  EXPECT_EQ(release->kind, "abstraction.release");
  EXPECT_EQ(release->target_name, kSnapshot);
  ASSERT_OK(handler.Run(*tenant_, *release, Beat));
  EXPECT_EQ(peers_.destroyed, 1);
  EXPECT_FALSE(Lease().has_value());
  v1::GetAbstractionRequest request;
  request.set_name(One("SELECT result_name FROM jobs.jobs WHERE kind = 'abstraction.run'"));
  ASSERT_OK_AND_ASSIGN(const auto got, GetAbstractionHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(got.abstraction().records(), 3);
  EXPECT_EQ(got.abstraction().snapshot(), kSnapshot);
  EXPECT_EQ(got.abstraction().columns(0).kind(), v1::COLUMN_KIND_QUASI_IDENTIFIER);
  EXPECT_EQ(got.abstraction().object_digest().size(), 32u);
  EXPECT_TRUE(got.abstraction().object_id().empty());
  // The same question after the snapshot is gone is still answered.
  peers_.snapshot.set_state(upload::v1::SNAPSHOT_STATE_DESTROYED);
  ASSERT_OK_AND_ASSIGN(const auto late, Ask("r1"));
  EXPECT_EQ(late.state(), operation::v1::OPERATION_STATE_SUCCEEDED);
}

TEST_F(AbstractionTest, OnlyTheDepartmentThatHoldsTheDatasetMayAbstractIt) {
  ASSERT_OK(PutRecipe(kRecipe));
  EXPECT_THAT(Ask("r1", "tax"), HasReason("NOT_YOUR_DEPARTMENT"));
  EXPECT_EQ(One("SELECT count(*) FROM jobs.jobs"), "0");
  EXPECT_OK(Ask("r1", "citizens"));
}

TEST_F(AbstractionTest, TheDepartmentIsAskedAgainAtTheLease) {
  ASSERT_OK(PutRecipe(kRecipe));
  ASSERT_OK(Ask("r1", "citizens"));
  auto job = Lease();
  ASSERT_TRUE(job.has_value());
  database().Sql("UPDATE tenancy.members SET department_id = 'shimin'");
  EXPECT_THAT(Handler().Run(*tenant_, *job, Beat), HasReason("NOT_YOUR_DEPARTMENT"));
  EXPECT_EQ(One("SELECT count(*) FROM abstraction.abstractions"), "0");
  database().Sql("UPDATE tenancy.members SET department_id = NULL");
  EXPECT_OK(Handler().Run(*tenant_, *job, Beat));
}

TEST_F(AbstractionTest, ARepeatedRequestIsNotChangedByANewVersion) {
  ASSERT_OK(PutRecipe(kRecipe));
  ASSERT_OK_AND_ASSIGN(const auto first, Ask("r1"));
  ASSERT_OK(PutRecipe(std::string(kRecipe) + "# changed\n"));
  ASSERT_OK_AND_ASSIGN(const auto again, Ask("r1"));
  EXPECT_EQ(first.name(), again.name());
  EXPECT_EQ(One("SELECT count(*) FROM jobs.jobs"), "1");
  EXPECT_EQ(One("SELECT params->>'recipe_version' FROM jobs.jobs"), "1");
  ASSERT_OK(Ask("r2"));
  EXPECT_EQ(One("SELECT params->>'recipe_version' FROM jobs.jobs WHERE request_id = 'r2'"), "2");
}

TEST_F(AbstractionTest, WhatFailsLeavesNothing) {
  ASSERT_OK(PutRecipe(kRecipe));
  ASSERT_OK(Ask("r1"));
  auto job = Lease();
  ASSERT_TRUE(job.has_value());
  AbstractJob handler = Handler();
  peers_.snapshot.set_records(4);  // Not what was checked.
  const absl::Status failed = handler.Run(*tenant_, *job, Beat);
  EXPECT_TRUE(absl::IsDataLoss(failed));
  ASSERT_OK(handler.Abandon(*tenant_, *job, failed));
  EXPECT_EQ(One("SELECT count(*) FROM abstraction.abstractions"), "0");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys"), "1");  // The snapshot's.
  ASSERT_OK_AND_ASSIGN(const auto objects, objects_.List(*tenant_));
  EXPECT_EQ(objects, std::vector<std::string>{"raw"});
  // An attempt that lost its lease at the last moment makes nothing visible either.
  peers_.snapshot.set_records(3);
  database().Sql("UPDATE jobs.jobs SET attempt = attempt + 1");
  EXPECT_TRUE(absl::IsAborted(handler.Run(*tenant_, *job, Beat)));
  EXPECT_EQ(One("SELECT count(*) FROM abstraction.abstractions"), "0");
  EXPECT_EQ(One("SELECT count(*) FROM jobs.jobs"), "1");
}

TEST_F(AbstractionTest, OnlyAcceptedSnapshotsAndOnesOwnAreAbstracted) {
  ASSERT_OK(PutRecipe(kRecipe));
  peers_.snapshot.set_state(upload::v1::SNAPSHOT_STATE_REFUSED);
  EXPECT_THAT(Ask("r1"), HasReason("SNAPSHOT_NOT_ACCEPTED"));
  v1::CreateAbstractionRequest request;
  request.set_parent("tenants/a");
  request.set_snapshot("tenants/b/datasets/d/snapshots/s");
  request.set_recipe("tenants/a/recipes/small");
  EXPECT_TRUE(absl::IsNotFound(CreateAbstractionHandler(deps_).Handle(Call(), request).status()));
}

}  // namespace
}  // namespace oboro::abstraction

// verification.run over a real database, with keys and objects in memory.
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/db/test_database.h"
#include "services/platform/jobs/job_lease.h"
#include "services/platform/jobs/testing/in_process_child.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/stream.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/objects/testing/memory_store.h"
#include "services/verification/get_verdict_handler.h"
#include "services/verification/list_verdicts_handler.h"
#include "services/verification/measure_function.h"
#include "services/verification/verdict_document.h"
#include "services/verification/verify_abstraction_handler.h"
#include "services/verification/verify_job.h"

namespace oboro::verification {
namespace {

using platform::HasReason;

class FakePeers final : public Peers {
 public:
  absl::StatusOr<abstraction::v1::Abstraction> GetAbstraction(const std::string& name) override {
    if (name != about.name()) return platform::NotFoundError();
    return about;
  }
  absl::StatusOr<tenancy::v1::Policy> GetPolicy(const std::string& name, int version) override {
    if (name != policy.name()) return platform::NotFoundError();
    return policy;
  }
  abstraction::v1::Abstraction about;
  tenancy::v1::Policy policy;
};

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class VerificationTest : public platform::DatabaseTest {
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
    PutAbstraction();
    peers_.policy.set_name("tenants/a/policies/default");
    peers_.policy.set_version(1);
    peers_.policy.set_document(ReadFile("deploy/policies/default.yaml"));
    db_ = database().Open("oboro_verification");
    deps_.db = db_.get();
    deps_.keys = &keys_;
    deps_.objects = &objects_;
    deps_.clock = &clock_;
    deps_.peers = &peers_;
  }

  // What abstraction would have left: 12 men and 1 woman.
  void PutAbstraction() {
    auto writer = platform::ParquetWriter::Create({"sex"}, 1);
    ASSERT_OK(writer);
    platform::ColumnBatch batch;
    batch.rows = 13;
    batch.columns.push_back({"sex", {"男", "女"}, std::vector<uint32_t>(13, 0)});
    batch.columns[0].codes[5] = 1;
    ASSERT_OK((*writer)->Append(batch));
    auto abstraction = database().Open("oboro_abstraction");
    platform::SecretBytes key;
    ASSERT_OK(abstraction->RunTx(*tenant_, "object", [&](pqxx::work& tx) -> absl::Status {
      ASSIGN_OR_RETURN(key, platform::CreateDataKey(tx, *tenant_, keys_, "made"));
      return platform::MarkDataKeyLive(tx, *tenant_, "made", 100);
    }));
    ASSERT_OK_AND_ASSIGN(auto object, objects_.Create(*tenant_, "made", 0));
    std::string ciphertext;
    platform::StreamEncryptor stream({"a", "made"}, key, 0, [&](absl::string_view b) {
      ciphertext.append(b.data(), b.size());
      return object->Write(b);
    });
    ASSERT_OK((*writer)->Finish([&](absl::string_view b) { return stream.Write(b); }));
    ASSERT_OK(stream.Finish());
    ASSERT_OK(object->Commit());
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(ciphertext.data()), ciphertext.size(), digest);
    abstraction::v1::Abstraction& about = peers_.about;
    about.set_name("tenants/a/abstractions/x");
    about.set_recipe("tenants/a/recipes/r");
    about.set_recipe_version(1);
    about.set_recipe_digest(std::string(32, 'r'));
    about.set_records(13);
    about.set_object_id("made");
    about.set_object_digest(std::string(reinterpret_cast<char*>(digest), sizeof(digest)));
    auto* column = about.add_columns();
    column->set_name("sex");
    column->set_kind(abstraction::v1::COLUMN_KIND_QUASI_IDENTIFIER);
  }

  platform::CallContext Call() {
    platform::CallContext call;
    call.caller.issuer = "https://idp";
    call.caller.subject = "privacy";
    call.tenant_context = platform::TestDatabase::Tenant("a", "082201");
    call.method = "/oboro.verification.v1.VerificationService/VerifyAbstraction";
    return call;
  }

  // Asks, leases and runs; the job's status.
  absl::Status Verify() {
    v1::VerifyAbstractionRequest request;
    request.set_parent("tenants/a");
    request.set_abstraction(peers_.about.name());
    request.set_policy(peers_.policy.name());
    RETURN_IF_ERROR(VerifyAbstractionHandler(deps_).Handle(Call(), request).status());
    platform::WorkerOptions options;
    options.owner = "test";
    options.kinds = {"verification.run"};
    clock_.Advance(absl::Minutes(1));
    ASSIGN_OR_RETURN(auto lease, platform::jobs_internal::LeaseNext(*db_, options, clock_.Now()));
    if (!lease.has_value()) return absl::InternalError("no job to lease");
    VerifyJob handler(deps_, [](platform::ChildRequest child) {
      return platform::RunInProcess(std::move(child), RunMeasure);
    });
    return handler.Run(*tenant_, lease->job, [](const platform::ChildProgress&) { return true; });
  }

  v1::Verdict Newest() {
    v1::ListVerdictsRequest request;
    request.set_parent("tenants/a");
    auto response = ListVerdictsHandler(deps_).Handle(Call(), request);
    EXPECT_OK(response);
    return response.ok() && response->verdicts_size() > 0 ? response->verdicts(0) : v1::Verdict();
  }

  std::string One(const std::string& sql) { return database().Sql(sql)[0][0].c_str(); }

  platform::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  platform::FakeKeyManager keys_;
  platform::MemoryObjectStore objects_;
  std::unique_ptr<platform::TenantContext> tenant_;
  std::unique_ptr<platform::Db> db_;
  FakePeers peers_;
  Deps deps_;
};

TEST_F(VerificationTest, AVerdictIsSignedOverItsDocument) {
  ASSERT_OK(Verify());
  const v1::Verdict verdict = Newest();
  EXPECT_EQ(verdict.figures().k(), 1);
  EXPECT_EQ(verdict.figures().uniques(), 1);
  EXPECT_EQ(verdict.figures().classes(), 2);
  EXPECT_EQ(verdict.tiers(0).outcome(), v1::OUTCOME_WARN);
  EXPECT_EQ(verdict.tiers(2).outcome(), v1::OUTCOME_REFUSE);
  EXPECT_EQ(verdict.object_digest(), peers_.about.object_digest());
  ASSERT_OK_AND_ASSIGN(const std::string key, db_->RunTx(*tenant_, "key", [&](pqxx::work& tx) {
    return platform::SigningPublicKey(tx, *tenant_, verdict.key_version());
  }));
  EXPECT_OK(platform::VerifySignature(key, verdict.document(), verdict.signature()));
  std::string changed = verdict.document();
  changed[changed.find("WARN")] = 'P';
  EXPECT_FALSE(platform::VerifySignature(key, changed, verdict.signature()).ok());
  v1::GetVerdictRequest request;
  request.set_name(verdict.name());
  ASSERT_OK_AND_ASSIGN(const auto got, GetVerdictHandler(deps_).Handle(Call(), request));
  EXPECT_EQ(got.verdict().document(), verdict.document());
  EXPECT_EQ(EncodeVerdict(got.verdict()), verdict.document());
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.audit_events WHERE action = 'READ_VERDICT'"), "1");
}

TEST_F(VerificationTest, NothingIsSignedAboutWhatIsNotAsTold) {
  const abstraction::v1::Abstraction told = peers_.about;
  peers_.about.set_records(12);
  EXPECT_THAT(Verify(), HasReason("ABSTRACTION_CHANGED"));
  peers_.about = told;
  peers_.about.set_object_digest(std::string(32, 'x'));
  EXPECT_THAT(Verify(), HasReason("ABSTRACTION_CHANGED"));
  peers_.about = told;
  peers_.about.mutable_columns(0)->set_name("gender");
  peers_.about.mutable_columns(0)->set_kind(abstraction::v1::COLUMN_KIND_OTHER);
  EXPECT_THAT(Verify(), HasReason("ABSTRACTION_CHANGED"));
  EXPECT_EQ(One("SELECT count(*) FROM verification.verdicts"), "0");
}

TEST_F(VerificationTest, ARepeatedRequestIsNotChangedByANewVersion) {
  v1::VerifyAbstractionRequest request;
  request.set_parent("tenants/a");
  request.set_abstraction(peers_.about.name());
  request.set_policy(peers_.policy.name());
  request.set_request_id("r1");
  VerifyAbstractionHandler handler(deps_);
  ASSERT_OK_AND_ASSIGN(const auto first, handler.Handle(Call(), request));
  peers_.policy.set_version(2);
  ASSERT_OK_AND_ASSIGN(const auto again, handler.Handle(Call(), request));
  EXPECT_EQ(first.operation().name(), again.operation().name());
  const auto versions = [&] {
    std::vector<std::string> out;
    for (const auto& row : database().Sql(
             "SELECT params->>'policy_version' FROM jobs.jobs ORDER BY create_time, request_id")) {
      out.emplace_back(row[0].c_str());
    }
    return out;
  };
  EXPECT_EQ(versions(), std::vector<std::string>{"1"});
  request.set_request_id("r2");
  ASSERT_OK(handler.Handle(Call(), request));
  EXPECT_EQ(versions(), (std::vector<std::string>{"1", "2"}));
  // Another policy under the same number is another request.
  peers_.policy.set_name("tenants/a/policies/other");
  request.set_policy(peers_.policy.name());
  EXPECT_THAT(handler.Handle(Call(), request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(VerificationTest, OtherTenantsNamesDoNotExist) {
  v1::VerifyAbstractionRequest request;
  request.set_parent("tenants/a");
  request.set_abstraction("tenants/b/abstractions/x");
  request.set_policy(peers_.policy.name());
  EXPECT_TRUE(absl::IsNotFound(VerifyAbstractionHandler(deps_).Handle(Call(), request).status()));
}

}  // namespace
}  // namespace oboro::verification

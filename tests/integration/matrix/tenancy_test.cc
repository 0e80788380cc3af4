// Tenancy over the wire: what its calls change, who sees it at once, and what is left afterwards.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "oboro/audit/v1/audit.grpc.pb.h"
#include "oboro/operation/v1/operation.grpc.pb.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/objects/object_store.h"
#include "services/platform/rpc/errors.h"
#include "services/tenancy/housekeeping.h"
#include "services/tenancy/module.h"
#include "tests/integration/matrix/harness.h"

namespace oboro::testing {
namespace {

using platform::FromGrpc;
using platform::HasReason;
using platform::IsOk;
using ::testing::Contains;
using ::testing::ElementsAre;
namespace tv = tenancy::v1;
namespace ov = operation::v1;
namespace av = audit::v1;

class TenancyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    harness_ = std::make_unique<Harness>(
        std::vector<platform::ModuleEntry>{{"tenancy", tenancy::MakeTenancyModule}});
    harness_->AddOperator("operator");
    channel_ = harness_->Channel();
  }
  static void TearDownTestSuite() {
    channel_.reset();
    harness_.reset();
  }

  // One call as `subject` on the one channel that all share.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> As(const std::string& subject, Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    context.AddMetadata("authorization",
                        "Bearer " + harness_->issuer().Token(subject, harness_->clock().Now()));
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  // A new tenant whose administrator is `admin`; answers its name.
  std::string Create(const std::string& code, const std::string& admin) {
    tv::CreateTenantRequest request;
    request.set_municipality_code(code);
    request.set_display_name("市" + code);
    request.set_population(250000);
    request.mutable_administrator()->set_issuer(TokenIssuer::kIssuer);
    request.mutable_administrator()->set_subject(admin);
    request.mutable_quota()->set_bytes(1 << 30);
    request.mutable_quota()->set_rows(1000000);
    request.mutable_quota()->set_concurrent_jobs(2);
    const auto response =
        As("operator", *tenants_, &tv::TenantService::Stub::CreateTenant, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->tenant().name() : "";
  }

  absl::StatusOr<tv::Member> Add(const std::string& admin, const std::string& tenant,
                                 const std::string& subject, tv::Role role) {
    tv::AddMemberRequest request;
    request.set_parent(tenant);
    request.mutable_principal()->set_issuer(TokenIssuer::kIssuer);
    request.mutable_principal()->set_subject(subject);
    request.set_role(role);
    ASSIGN_OR_RETURN(const auto response,
                     As(admin, *members_, &tv::MemberService::Stub::AddMember, request));
    return response.member();
  }

  template <typename Request>
  Request Named(const std::string& name) {
    Request request;
    request.set_name(name);
    return request;
  }
  template <typename Request>
  Request Under(const std::string& parent) {
    Request request;
    request.set_parent(parent);
    return request;
  }

  absl::Status List(const std::string& subject, const std::string& tenant) {
    return As(subject, *departments_, &tv::DepartmentService::Stub::ListDepartments,
              Under<tv::ListDepartmentsRequest>(tenant))
        .status();
  }

  std::vector<av::Event> Events(const std::string& auditor, const std::string& tenant) {
    std::vector<av::Event> events;
    av::ListEventsRequest request;
    request.set_parent(tenant);
    request.set_page_size(2);
    do {
      const auto page = As(auditor, *audit_, &av::AuditService::Stub::ListEvents, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      events.insert(events.end(), page->events().begin(), page->events().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return events;
  }

  static std::vector<std::string> Actions(const std::vector<av::Event>& events) {
    std::vector<std::string> actions;
    for (const av::Event& event : events) actions.push_back(event.action());
    return actions;
  }

  static std::string Id(const std::string& tenant) { return tenant.substr(8); }

  static std::unique_ptr<Harness> harness_;
  static std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<tv::TenantService::Stub> tenants_ = tv::TenantService::NewStub(channel_);
  std::unique_ptr<tv::DepartmentService::Stub> departments_ =
      tv::DepartmentService::NewStub(channel_);
  std::unique_ptr<tv::MemberService::Stub> members_ = tv::MemberService::NewStub(channel_);
  std::unique_ptr<tv::PolicyService::Stub> policies_ = tv::PolicyService::NewStub(channel_);
  std::unique_ptr<tv::KeyService::Stub> keys_ = tv::KeyService::NewStub(channel_);
  std::unique_ptr<ov::OperationService::Stub> operations_ = ov::OperationService::NewStub(channel_);
  std::unique_ptr<av::AuditService::Stub> audit_ = av::AuditService::NewStub(channel_);
};

std::unique_ptr<Harness> TenancyTest::harness_;
std::shared_ptr<grpc::Channel> TenancyTest::channel_;

TEST_F(TenancyTest, CreatesATenantWithKeysAndItsAdministrator) {
  const std::string tenant = Create("082201", "t1-admin");
  const auto keys =
      As("t1-admin", *keys_, &tv::KeyService::Stub::ListKeys, Under<tv::ListKeysRequest>(tenant));
  ASSERT_OK(keys);
  std::vector<std::string> found;
  for (const tv::Key& key : keys->keys()) {
    found.push_back(absl::StrCat(key.purpose(), " ", key.version(), " ", key.state()));
  }
  EXPECT_THAT(found,
              ElementsAre("KEY_ENCRYPTION 1 PRIMARY", "PSEUDONYM 1 PRIMARY", "SIGNING 1 PRIMARY"));
  tv::CreateTenantRequest again;
  again.set_municipality_code("082201");
  again.set_display_name("つくば市");
  *again.mutable_administrator() = [] {
    tv::Principal principal;
    principal.set_issuer(TokenIssuer::kIssuer);
    principal.set_subject("x");
    return principal;
  }();
  EXPECT_THAT(As("operator", *tenants_, &tv::TenantService::Stub::CreateTenant, again),
              HasReason("TENANT_EXISTS"));
  again.set_municipality_code("082202");
  EXPECT_THAT(As("operator", *tenants_, &tv::TenantService::Stub::CreateTenant, again),
              HasReason("INVALID_ARGUMENT"));
}

TEST_F(TenancyTest, ARemovedMemberIsRefusedByHisNextCall) {
  const std::string tenant = Create("131016", "t2-admin");
  const auto member = Add("t2-admin", tenant, "t2-analyst", tv::ROLE_ANALYST);
  ASSERT_OK(member);
  EXPECT_THAT(Add("t2-admin", tenant, "t2-analyst", tv::ROLE_ANALYST), HasReason("MEMBER_EXISTS"));
  EXPECT_THAT(Add("t2-admin", tenant, "t2-x", tv::ROLE_OPERATOR), HasReason("INVALID_ARGUMENT"));
  EXPECT_OK(List("t2-analyst", tenant));
  ASSERT_OK(As("t2-admin", *members_, &tv::MemberService::Stub::RemoveMember,
               Named<tv::RemoveMemberRequest>(member->name())));
  EXPECT_THAT(List("t2-analyst", tenant), HasReason("NOT_FOUND"));
  const auto members = As("t2-admin", *members_, &tv::MemberService::Stub::ListMembers,
                          Under<tv::ListMembersRequest>(tenant));
  ASSERT_OK(members);
  ASSERT_EQ(members->members_size(), 1);
  EXPECT_THAT(As("t2-admin", *members_, &tv::MemberService::Stub::RemoveMember,
                 Named<tv::RemoveMemberRequest>(members->members(0).name())),
              HasReason("LAST_ADMINISTRATOR"));
}

TEST_F(TenancyTest, ADepartmentOfAnotherTenantDoesNotExist) {
  const std::string tenant = Create("141003", "t3-admin");
  const std::string other = Create("231002", "t3-other");
  tv::CreateDepartmentRequest request;
  request.set_parent(other);
  request.set_department_id("zeimu");
  request.set_display_name("税務課");
  ASSERT_OK(As("t3-other", *departments_, &tv::DepartmentService::Stub::CreateDepartment, request));
  EXPECT_THAT(
      As("t3-other", *departments_, &tv::DepartmentService::Stub::CreateDepartment, request),
      HasReason("ALREADY_EXISTS"));
  tv::AddMemberRequest add;
  add.set_parent(tenant);
  add.mutable_principal()->set_issuer(TokenIssuer::kIssuer);
  add.mutable_principal()->set_subject("t3-steward");
  add.set_role(tv::ROLE_STEWARD);
  for (const std::string& department :
       {other + "/departments/zeimu", tenant + "/departments/zeimu"}) {
    add.set_department(department);
    EXPECT_THAT(As("t3-admin", *members_, &tv::MemberService::Stub::AddMember, add),
                HasReason("NOT_FOUND"));
  }
}

TEST_F(TenancyTest, StatesCloseAndOpenTheGate) {
  const std::string tenant = Create("221309", "t4-admin");
  ASSERT_OK(As("operator", *tenants_, &tv::TenantService::Stub::SuspendTenant,
               Named<tv::SuspendTenantRequest>(tenant)));
  EXPECT_THAT(List("t4-admin", tenant), HasReason("TENANT_SUSPENDED"));
  EXPECT_THAT(List("stranger", tenant), HasReason("NOT_FOUND"));
  ASSERT_OK(As("operator", *tenants_, &tv::TenantService::Stub::ResumeTenant,
               Named<tv::ResumeTenantRequest>(tenant)));
  EXPECT_OK(List("t4-admin", tenant));
  ASSERT_OK(As("t4-admin", *tenants_, &tv::TenantService::Stub::SealTenant,
               Named<tv::SealTenantRequest>(tenant)));
  EXPECT_OK(List("t4-admin", tenant));
  EXPECT_THAT(As("t4-admin", *keys_, &tv::KeyService::Stub::RotateKeys,
                 Under<tv::RotateKeysRequest>(tenant)),
              HasReason("TENANT_SEALED"));
  EXPECT_THAT(As("operator", *tenants_, &tv::TenantService::Stub::SuspendTenant,
                 Named<tv::SuspendTenantRequest>(tenant)),
              HasReason("TENANT_SEALED"));
}

TEST_F(TenancyTest, RotationKeepsEveryObjectReadableAndShreddingNone) {
  const std::string tenant = Create("011002", "t5-admin");
  const std::string untouched = Create("401307", "t5-other");
  const auto context = platform::TestDatabase::Tenant(Id(tenant), "011002");
  const auto other = platform::TestDatabase::Tenant(Id(untouched), "401307");
  const auto upload = harness_->database().Open("oboro_upload");
  const auto make = [&](const platform::TenantContext& t, const std::string& object) {
    const auto key = upload->RunTx(t, "make", [&](pqxx::work& tx) {
      return platform::CreateDataKey(tx, t, harness_->keys(), object);
    });
    EXPECT_THAT(key.status(), IsOk());
    return key.ok() ? std::string(key->data(), key->data() + key->size()) : "";
  };
  const auto load = [&](const platform::TenantContext& t,
                        const std::string& object) -> absl::StatusOr<std::string> {
    auto key = upload->RunTx(t, "load", [&](pqxx::work& tx) {
      return object.empty() ? platform::LoadPseudonymKey(tx, t, harness_->keys())
                            : platform::LoadDataKey(tx, t, harness_->keys(), object);
    });
    if (!key.ok()) return key.status();
    return std::string(key->data(), key->data() + key->size());
  };
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(make(context, absl::StrCat("object-", i)));
  const std::string kept = make(other, "object-0");
  const auto pseudonym = load(context, "");
  ASSERT_OK(pseudonym);

  const auto rotated = As("t5-admin", *keys_, &tv::KeyService::Stub::RotateKeys,
                          Under<tv::RotateKeysRequest>(tenant));
  ASSERT_OK(rotated);
  EXPECT_EQ(rotated->rewrapped(), 5);
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(load(context, absl::StrCat("object-", i)), platform::IsOkAndHolds(made[i]));
  }
  EXPECT_THAT(load(context, ""), platform::IsOkAndHolds(*pseudonym));
  // The first version is gone from the token, not only from the rows.
  EXPECT_FALSE(harness_->keys().PublicKey(context, 1).ok());
  EXPECT_OK(harness_->keys().PublicKey(context, 2));

  tv::ShredTenantRequest shred;
  shred.set_name(tenant);
  shred.set_confirm_municipality_code("401307");
  EXPECT_THAT(As("operator", *tenants_, &tv::TenantService::Stub::ShredTenant, shred),
              HasReason("CONFIRMATION_WRONG"));
  EXPECT_OK(load(context, "object-0"));
  // A backup of the wrapped keys taken before.
  harness_->database().Sql("CREATE TEMP TABLE backup AS SELECT * FROM tenancy.data_keys");
  shred.set_confirm_municipality_code("011002");
  const auto shredded = As("operator", *tenants_, &tv::TenantService::Stub::ShredTenant, shred);
  ASSERT_OK(shredded);
  EXPECT_EQ(shredded->tenant().state(), tv::TENANT_STATE_SHREDDED);
  EXPECT_FALSE(load(context, "object-0").ok());
  EXPECT_FALSE(load(context, "").ok());
  EXPECT_FALSE(harness_->keys().PublicKey(context, 2).ok());
  // Restored rows name a key that is no more.
  const std::string id = Id(tenant);
  harness_->database().Sql(
      absl::StrCat("INSERT INTO tenancy.wrapping_keys VALUES ('", id,
                   "', 2); DELETE FROM tenancy.data_keys "
                   "WHERE tenant_id = '",
                   id,
                   "'; INSERT INTO tenancy.data_keys SELECT * FROM backup WHERE "
                   "tenant_id = '",
                   id, "'"));
  EXPECT_FALSE(load(context, "object-0").ok());
  EXPECT_THAT(load(other, "object-0"), platform::IsOkAndHolds(kept));
}

// A crash may come after any step; the next round of housekeeping goes on from there.
TEST_F(TenancyTest, HousekeepingGoesOnWithWhatACrashCutOff) {
  const std::string rotating = Create("012025", "t9-admin");
  const std::string shredding = Create("012033", "t9-other");
  const auto rotated = platform::TestDatabase::Tenant(Id(rotating), "012025");
  const auto shredded = platform::TestDatabase::Tenant(Id(shredding), "012033");
  const auto db = harness_->database().Open("oboro_tenancy");
  ASSERT_OK(harness_->keys().CreateTenantKeys(rotated, 2));
  ASSERT_OK(db->RunTx(rotated, "begin", [&](pqxx::work& tx) {
    return platform::BeginKeyRotation(tx, rotated, harness_->keys(), 2, absl::Now());
  }));
  harness_->database().Sql(absl::StrCat(
      "UPDATE tenancy.tenants SET state = 'SHREDDED' WHERE tenant_id = '", Id(shredding), "'"));
  EXPECT_OK(harness_->keys().PublicKey(rotated, 1));
  EXPECT_OK(harness_->keys().PublicKey(shredded, 1));

  const auto objects = platform::OpenDirectoryStore(harness_->folder() + "/objects");
  ASSERT_OK(objects);
  tenancy::Housekeeping housekeeping(
      {db.get(), &harness_->keys(), objects->get(), &harness_->clock()}, {});
  for (int round = 0; round < 2; ++round) {
    housekeeping.RunOnce();
    EXPECT_FALSE(harness_->keys().PublicKey(rotated, 1).ok());
    EXPECT_OK(harness_->keys().PublicKey(rotated, 2));
    EXPECT_FALSE(harness_->keys().PublicKey(shredded, 1).ok());
  }
  const auto live = harness_->database().Sql(
      absl::StrCat("SELECT count(*) FROM tenancy.keys WHERE state <> 'DESTROYED' AND tenant_id = '",
                   Id(shredding), "'"));
  EXPECT_EQ(live[0][0].as<int>(), 0);
  const auto events =
      harness_->database().Sql(absl::StrCat("SELECT count(*) FROM tenancy.audit_events WHERE "
                                            "action = 'SHRED_TENANT' AND tenant_id = '",
                                            Id(shredding), "'"));
  EXPECT_EQ(events[0][0].as<int>(), 1);
  // And it has signed the head of every chain that has events.
  const auto heads = harness_->database().Sql(absl::StrCat(
      "SELECT count(*) FROM tenancy.audit_heads WHERE tenant_id = '", Id(rotating), "'"));
  EXPECT_EQ(heads[0][0].as<int>(), 1);
}

TEST_F(TenancyTest, StoresVersionsOfValidPoliciesOnly) {
  const std::string tenant = Create("271004", "t6-admin");
  ASSERT_OK(Add("t6-admin", tenant, "t6-privacy", tv::ROLE_PRIVACY_OFFICER));
  std::ifstream file("deploy/policies/default.yaml");
  std::ostringstream document;
  document << file.rdbuf();
  tv::CreatePolicyRequest request;
  request.set_parent(tenant);
  request.set_policy_id("default");
  request.set_document(document.str());
  for (int version = 1; version <= 2; ++version) {
    const auto policy =
        As("t6-privacy", *policies_, &tv::PolicyService::Stub::CreatePolicy, request);
    ASSERT_OK(policy);
    EXPECT_EQ(policy->policy().version(), version);
  }
  request.set_document("nonsense: true");
  EXPECT_THAT(As("t6-privacy", *policies_, &tv::PolicyService::Stub::CreatePolicy, request),
              HasReason("POLICY_INVALID"));
  tv::GetPolicyRequest get;
  get.set_name(tenant + "/policies/default");
  get.set_version(1);
  const auto first = As("t6-admin", *policies_, &tv::PolicyService::Stub::GetPolicy, get);
  ASSERT_OK(first);
  EXPECT_EQ(first->policy().version(), 1);
  EXPECT_EQ(first->policy().document(), document.str());
  get.set_version(3);
  EXPECT_THAT(As("t6-admin", *policies_, &tv::PolicyService::Stub::GetPolicy, get),
              HasReason("NOT_FOUND"));
  tv::ListPolicyVersionsRequest list;
  list.set_name(get.name());
  const auto versions =
      As("t6-admin", *policies_, &tv::PolicyService::Stub::ListPolicyVersions, list);
  ASSERT_OK(versions);
  ASSERT_EQ(versions->policies_size(), 2);
  EXPECT_EQ(versions->policies(0).version(), 2);
  EXPECT_EQ(versions->policies(1).version(), 1);
  list.set_name(tenant + "/policies/none");
  EXPECT_THAT(As("t6-admin", *policies_, &tv::PolicyService::Stub::ListPolicyVersions, list),
              HasReason("NOT_FOUND"));
}

TEST_F(TenancyTest, ChangesAndRefusalsStandInTheChain) {
  const std::string tenant = Create("261009", "t7-admin");
  ASSERT_OK(Add("t7-admin", tenant, "t7-auditor", tv::ROLE_AUDITOR));
  EXPECT_THAT(Add("t7-auditor", tenant, "t7-x", tv::ROLE_ANALYST), HasReason("ROLE_MISSING"));
  EXPECT_THAT(Add("stranger", tenant, "t7-x", tv::ROLE_ANALYST), HasReason("NOT_FOUND"));
  const std::vector<av::Event> events = Events("t7-auditor", tenant);
  EXPECT_THAT(Actions(events), ElementsAre("CREATE_TENANT", "ADD_MEMBER", "REFUSE_CALL"));
  EXPECT_EQ(events[2].outcome(), "REFUSED");
  EXPECT_EQ(events[2].actor(), absl::StrCat("user:", TokenIssuer::kIssuer, "#t7-auditor"));

  const auto head = As("t7-auditor", *audit_, &av::AuditService::Stub::ExportHead,
                       Under<av::ExportHeadRequest>(tenant));
  ASSERT_OK(head);
  av::VerifyEventsRequest verify;
  verify.set_parent(tenant);
  *verify.mutable_known_head() = head->head();
  auto report = As("t7-auditor", *audit_, &av::AuditService::Stub::VerifyEvents, verify);
  ASSERT_OK(report);
  EXPECT_TRUE(report->valid()) << report->fault();
  EXPECT_EQ(report->events(), 3);

  // The tail cut, and every trace of it in the rows.
  const std::string id = Id(tenant);
  harness_->database().Sql(
      absl::StrCat("DELETE FROM tenancy.audit_heads WHERE tenant_id = '", id,
                   "'; DELETE FROM tenancy.audit_events WHERE sequence = 3 AND tenant_id = '", id,
                   "'; UPDATE tenancy.audit_chains SET sequence = 2, hash = (SELECT hash FROM "
                   "tenancy.audit_events WHERE sequence = 2 AND tenant_id = '",
                   id, "') WHERE tenant_id = '", id, "'"));
  report = As("t7-auditor", *audit_, &av::AuditService::Stub::VerifyEvents, verify);
  ASSERT_OK(report);
  EXPECT_FALSE(report->valid());
}

TEST_F(TenancyTest, WatchesAnOperationToItsEnd) {
  const std::string tenant = Create("281000", "t8-admin");
  ASSERT_OK(Add("t8-admin", tenant, "t8-steward", tv::ROLE_STEWARD));
  ASSERT_OK(Add("t8-admin", tenant, "t8-analyst", tv::ROLE_ANALYST));
  const std::string id = Id(tenant);
  harness_->database().Sql(absl::StrCat(
      "INSERT INTO jobs.jobs (tenant_id, job_id, kind, actor, permission, target_name, params, "
      "not_before, create_time) VALUES ('",
      id, "', 'job-1', 'upload.check', 'user:", TokenIssuer::kIssuer, "#t8-steward', '/x', '",
      tenant, "/datasets/d', '{}', now(), now())"));
  const std::string name = tenant + "/operations/job-1";
  EXPECT_THAT(As("t8-analyst", *operations_, &ov::OperationService::Stub::CancelOperation,
                 Named<ov::CancelOperationRequest>(name)),
              HasReason("OPERATION_NOT_YOURS"));
  ASSERT_OK(As("t8-steward", *operations_, &ov::OperationService::Stub::CancelOperation,
               Named<ov::CancelOperationRequest>(name)));

  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  context.AddMetadata("authorization",
                      "Bearer " + harness_->issuer().Token("t8-analyst", harness_->clock().Now()));
  const auto reader = operations_->WatchOperation(&context, Named<ov::WatchOperationRequest>(name));
  ov::WatchOperationResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.operation().state(), ov::OPERATION_STATE_QUEUED);
  EXPECT_EQ(response.operation().actor(), "t8-steward");
  harness_->database().Sql(
      "UPDATE jobs.jobs SET state = 'CANCELLED', end_time = now() WHERE job_id = 'job-1'");
  ov::WatchOperationResponse last = response;
  while (reader->Read(&response)) last = response;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(last.operation().state(), ov::OPERATION_STATE_CANCELLED);
}

TEST_F(TenancyTest, ADepartmentIsRenamedAndGoesWhenNothingHangsOnIt) {
  const std::string tenant = Create("151009", "t11-admin");
  tv::CreateDepartmentRequest create;
  create.set_parent(tenant);
  create.set_department_id("zeimu");
  create.set_display_name("税務課");
  ASSERT_OK(As("t11-admin", *departments_, &tv::DepartmentService::Stub::CreateDepartment, create));
  tv::UpdateDepartmentRequest rename;
  rename.set_name(tenant + "/departments/zeimu");
  rename.set_display_name("市民税課");
  ASSERT_OK(As("t11-admin", *departments_, &tv::DepartmentService::Stub::UpdateDepartment, rename));
  const auto remove = [&] {
    return As("t11-admin", *departments_, &tv::DepartmentService::Stub::DeleteDepartment,
              Named<tv::DeleteDepartmentRequest>(rename.name()))
        .status();
  };
  tv::AddMemberRequest add;
  add.set_parent(tenant);
  add.mutable_principal()->set_issuer(TokenIssuer::kIssuer);
  add.mutable_principal()->set_subject("t11-steward");
  add.set_role(tv::ROLE_STEWARD);
  add.set_department(rename.name());
  const auto member = As("t11-admin", *members_, &tv::MemberService::Stub::AddMember, add);
  ASSERT_OK(member);
  EXPECT_THAT(remove(), HasReason("DEPARTMENT_IN_USE"));
  ASSERT_OK(As("t11-admin", *members_, &tv::MemberService::Stub::RemoveMember,
               Named<tv::RemoveMemberRequest>(member->member().name())));
  // A dataset, which tenancy cannot see.
  harness_->database().Sql(absl::StrCat("INSERT INTO upload.datasets VALUES ('", Id(tenant),
                                        "', 'zei', '個人住民税', 'zeimu', '', false, now())"));
  EXPECT_THAT(remove(), HasReason("DEPARTMENT_IN_USE"));
  harness_->database().Sql(
      absl::StrCat("DELETE FROM upload.datasets WHERE tenant_id = '", Id(tenant), "'"));
  EXPECT_OK(remove());
  EXPECT_THAT(remove(), HasReason("NOT_FOUND"));
  ASSERT_OK(Add("t11-admin", tenant, "t11-auditor", tv::ROLE_AUDITOR));
  EXPECT_THAT(Actions(Events("t11-auditor", tenant)),
              ElementsAre("CREATE_TENANT", "CREATE_DEPARTMENT", "UPDATE_DEPARTMENT", "ADD_MEMBER",
                          "REMOVE_MEMBER", "DELETE_DEPARTMENT", "ADD_MEMBER"));
}

// Seen by those who judge what others did, and by nobody else; written in no event.
TEST_F(TenancyTest, AMemberHasANameThatStandsNowhereElse) {
  const std::string tenant = Create("181005", "t13-admin");
  for (const auto& [who, role] : std::map<std::string, tv::Role>{{"t13-st", tv::ROLE_STEWARD},
                                                                 {"t13-an", tv::ROLE_ANALYST},
                                                                 {"t13-au", tv::ROLE_AUDITOR}}) {
    ASSERT_OK(Add("t13-admin", tenant, who, role));
  }
  tv::AddMemberRequest add;
  add.set_parent(tenant);
  add.mutable_principal()->set_issuer(TokenIssuer::kIssuer);
  add.mutable_principal()->set_subject("t13-pr");
  add.set_role(tv::ROLE_PRIVACY_OFFICER);
  const auto named = [&](const std::string& name) {
    add.set_display_name(name);
    return As("t13-admin", *members_, &tv::MemberService::Stub::AddMember, add);
  };
  EXPECT_THAT(named("総務課\n山田"), HasReason("INVALID_ARGUMENT"));
  const auto first = named(" 総務課 山田");
  ASSERT_OK(first);
  EXPECT_EQ(first->member().display_name(), "総務課 山田");
  EXPECT_THAT(named("総務課 山田"), HasReason("MEMBER_EXISTS"));
  EXPECT_THAT(named(""), HasReason("MEMBER_EXISTS"));
  const auto renamed = named("総務課 佐藤");
  ASSERT_OK(renamed);
  EXPECT_EQ(renamed->member().name(), first->member().name());
  const auto list = Under<tv::ListMembersRequest>(tenant);
  for (const char* who : {"t13-admin", "t13-st", "t13-pr", "t13-au"}) {
    const auto seen = As(who, *members_, &tv::MemberService::Stub::ListMembers, list);
    ASSERT_OK(seen);
    EXPECT_EQ(seen->members_size(), 5);
    for (const tv::Member& one : seen->members()) {
      EXPECT_EQ(one.display_name(), one.name() == first->member().name() ? "総務課 佐藤" : "");
    }
  }
  EXPECT_THAT(As("t13-an", *members_, &tv::MemberService::Stub::ListMembers, list),
              HasReason("ROLE_MISSING"));
  EXPECT_THAT(Actions(Events("t13-au", tenant)), Contains("UPDATE_MEMBER").Times(1));
  EXPECT_TRUE(harness_->database()
                  .Sql("SELECT 1 FROM tenancy.audit_events e WHERE e::text ~ '山田|佐藤'")
                  .empty());
}

TEST_F(TenancyTest, TheOperatorSeesUsageAndSharesOfCostAndNobodyElseDoes) {
  const std::string small = Create("161004", "t12-a");
  const std::string large = Create("171000", "t12-b");
  harness_->database().Sql(absl::StrCat(
      "UPDATE tenancy.usage SET bytes = 0, worker_seconds = 0; UPDATE tenancy.usage SET bytes = "
      "300, rows = 7, worker_seconds = 10 WHERE tenant_id = '",
      Id(large), "'; UPDATE tenancy.usage SET bytes = 100, worker_seconds = 90 WHERE tenant_id = '",
      Id(small), "'"));
  const auto usage =
      As("operator", *tenants_, &tv::TenantService::Stub::ListUsage, tv::ListUsageRequest());
  ASSERT_OK(usage);
  std::map<std::string, double> shares;
  for (const auto& tenant : usage->tenants()) {
    shares[tenant.tenant().name()] = tenant.cost_share();
    if (tenant.tenant().name() == large) {
      EXPECT_EQ(tenant.usage().bytes(), 300);
      EXPECT_EQ(tenant.usage().rows(), 7);
      EXPECT_EQ(tenant.quota().bytes(), 1 << 30);
    }
  }
  EXPECT_NEAR(shares[small], 0.575, 1e-9);
  EXPECT_NEAR(shares[large], 0.425, 1e-9);
  EXPECT_THAT(As("t12-a", *tenants_, &tv::TenantService::Stub::ListUsage, tv::ListUsageRequest()),
              HasReason("ROLE_MISSING"));
}

// Two users on one connection, at one time: every answer is the caller's own.
TEST_F(TenancyTest, TwoUsersInterleavedOnOneChannelNeverMix) {
  const std::vector<std::string> tenants = {Create("341002", "mix-a"), Create("042129", "mix-b")};
  const std::vector<std::string> users = {"mix-a", "mix-b"};
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, me = t % 2] {
      for (int i = 0; i < 50; ++i) {
        const auto self =
            As(users[me], *members_, &tv::MemberService::Stub::GetSelf, tv::GetSelfRequest());
        ASSERT_OK(self);
        ASSERT_EQ(self->principal().subject(), users[me]);
        ASSERT_EQ(self->memberships_size(), 1);
        const auto seen = As(users[me], *tenants_, &tv::TenantService::Stub::ListTenants,
                             tv::ListTenantsRequest());
        ASSERT_OK(seen);
        ASSERT_EQ(seen->tenants_size(), 1);
        ASSERT_EQ(seen->tenants(0).name(), tenants[me]);
        ASSERT_THAT(List(users[me], tenants[1 - me]), HasReason("NOT_FOUND"));
        ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 400);
}

}  // namespace
}  // namespace oboro::testing

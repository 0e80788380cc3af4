#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/rpc/authority.h"
#include "services/platform/rpc/call_slots.h"
#include "services/platform/rpc/client_call.h"
#include "services/platform/rpc/errors.h"
#include "services/platform/rpc/method_index.h"
#include "services/platform/rpc/server.h"

namespace oboro::platform {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorsTest, AReasonGoesOutAndComesBackWhole) {
  const absl::Status status = ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"SNAPSHOT_NOT_OPEN", "It is closed.", "閉じています。", {{"state", "CHECKING"}}});
  const grpc::Status out = ToGrpc(status);
  EXPECT_EQ(out.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(out.error_details()));
  ASSERT_EQ(details.details_size(), 2);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.domain(), "oboro.internal");
  const absl::Status back = FromGrpc(out);
  EXPECT_EQ(back.code(), status.code());
  EXPECT_THAT(back, HasReason("SNAPSHOT_NOT_OPEN"));
  EXPECT_EQ(ReasonOf(back).message_ja, "閉じています。");
  EXPECT_EQ(ReasonOf(back).metadata.at("state"), "CHECKING");
}

// What a library or a fault of ours says may name a path, a host or a value: none of it leaves.
TEST(ErrorsTest, NothingOfABareStatusLeaves) {
  for (const auto code : {absl::StatusCode::kInternal, absl::StatusCode::kUnknown,
                          absl::StatusCode::kNotFound, absl::StatusCode::kInvalidArgument,
                          absl::StatusCode::kUnavailable, absl::StatusCode::kDataLoss}) {
    const grpc::Status out = ToGrpc(absl::Status(code, "/secret/path of 山田太郎"));
    EXPECT_THAT(out.error_message(), Not(HasSubstr("secret")));
    EXPECT_THAT(out.error_details(), Not(HasSubstr("山田")));
    EXPECT_EQ(out.error_code(), code == absl::StatusCode::kUnavailable
                                    ? grpc::StatusCode::UNAVAILABLE
                                    : grpc::StatusCode::INTERNAL);
    EXPECT_NE(ReasonOf(FromGrpc(out)).message_ja, "");
  }
}

TEST(ErrorsTest, TheTransportsOwnErrorsHaveTheReasonOfTheirCode) {
  EXPECT_THAT(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route")),
              HasReason("UNAVAILABLE"));
  EXPECT_THAT(FromGrpc(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "", "\x01garbage")),
              HasReason("UNIMPLEMENTED"));
}

TEST(MethodIndexTest, FindsTheTenantOfARequest) {
  tenancy::v1::RemoveMemberRequest request;
  for (const char* name : {"", "tenants", "tenants/", "tenants/A", "tenants//members/x",
                           "members/x", "/tenants/a", "tenants/../x"}) {
    request.set_name(name);
    EXPECT_THAT(TenantOfRequest(request, "name"), HasReason("INVALID_NAME")) << name;
  }
  request.set_name("tenants/a/anything/at/all");
  EXPECT_THAT(TenantOfRequest(request, "name"), IsOkAndHolds("a"));
  EXPECT_EQ(TenantOfRequest(request, "parent").status().code(), absl::StatusCode::kInternal);
}

TEST(MethodIndexTest, SeesNamesOfOtherTenantsInAnyField) {
  abstraction::v1::CreateAbstractionRequest request;
  request.set_parent("tenants/a");
  request.set_snapshot("tenants/a/datasets/d/snapshots/s");
  request.set_recipe("tenants/a/recipes/r");
  EXPECT_TRUE(NamesOnlyTenant(request, "a"));
  request.set_recipe("tenants/ab/recipes/r");
  EXPECT_FALSE(NamesOnlyTenant(request, "a"));
  request.set_recipe("tenants/b");
  EXPECT_FALSE(NamesOnlyTenant(request, "a"));
}

TEST(AuthorityTest, ActorsGoThereAndBack) {
  const Caller user = {Caller::Kind::kUser, "https://issuer.test/x", "taro#1"};
  ASSERT_OK_AND_ASSIGN(const Caller back, ParseActor(user.actor()));
  EXPECT_EQ(back.issuer, user.issuer);
  EXPECT_EQ(back.subject, user.subject);
  ASSERT_OK_AND_ASSIGN(const Caller service, ParseActor("service:upload"));
  EXPECT_EQ(service.kind, Caller::Kind::kService);
  EXPECT_EQ(service.subject, "upload");
  EXPECT_FALSE(ParseActor("taro").ok());
  EXPECT_FALSE(ParseActor("user:taro").ok());
}

TEST(AuthorityTest, RolesOfPeopleAndNamesOfServicesAreNeverMixed) {
  MethodPolicy policy;
  policy.roles = static_cast<RoleSet>(Role::kSteward);
  policy.services = {"abstraction"};
  Standing steward;
  steward.roles = static_cast<RoleSet>(Role::kSteward);
  const Caller person = {Caller::Kind::kUser, "https://i", "abstraction"};
  const Caller service = {Caller::Kind::kService, "", "abstraction"};
  const Caller other = {Caller::Kind::kService, "", "upload"};
  EXPECT_OK(CheckPermission(policy, person, steward));
  EXPECT_THAT(CheckPermission(policy, person, Standing()), HasReason("ROLE_MISSING"));
  EXPECT_OK(CheckPermission(policy, service, Standing()));
  EXPECT_THAT(CheckPermission(policy, other, steward), HasReason("SERVICE_NOT_ALLOWED"));
}

// Central operations never gets at data, whatever else changes in the table.
TEST(MethodPolicyTest, NoMethodOfDataIsOpenToTheOperator) {
  for (const auto& [method, policy] : MethodPolicies()) {
    if (method.find("/oboro.tenancy.v1.TenantService/") == 0) continue;
    EXPECT_FALSE(Has(policy.roles, Role::kOperator)) << method;
  }
}

TEST(CallSlotsTest, BoundsEachTenantForItself) {
  CallSlots slots(2);
  const auto first = slots.Take("a");
  auto second = slots.Take("a");
  EXPECT_NE(first, nullptr);
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(slots.Take("a"), nullptr);
  EXPECT_NE(slots.Take("b"), nullptr);
  second.reset();
  EXPECT_NE(slots.Take("a"), nullptr);
}

TEST(ServerTest, AHardenedProcessLeavesNoCore) {
  const pid_t child = fork();
  if (child == 0) {
    rlimit limit = {};
    const bool hard = HardenProcess().ok() && prctl(PR_GET_DUMPABLE) == 0 &&
                      getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0;
    _exit(hard ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(ServerTest, WrongArgumentsAreToldApartFromFailures) {
  char program[] = "oborod", flag[] = "--config", path[] = "/nonexistent.yaml", help[] = "--help";
  char* none[] = {program, nullptr};
  char* asked[] = {program, help, nullptr};
  EXPECT_EQ(ServerMain(1, none, {}), 2);
  EXPECT_EQ(ServerMain(2, asked, {}), 0);
  const pid_t child = fork();
  if (child == 0) {
    char* config[] = {program, flag, path, nullptr};
    _exit(ServerMain(3, config, {}));
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST(ClientCallTest, NamesTheCertificateThatIsMissing) {
  Config::Tls tls;
  tls.ca = "/nonexistent/ca.crt";
  const absl::Status status = LoadTlsIdentity(tls, "upload").status();
  EXPECT_THAT(status, HasReason("CERTIFICATE_UNREADABLE"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/ca.crt"));
}

}  // namespace
}  // namespace oboro::platform

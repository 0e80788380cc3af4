#include "services/platform/rpc/method_policy.h"

#include "absl/strings/str_cat.h"

namespace oboro::platform {
namespace {

using From = MethodPolicy::TenantFrom;
using Services = std::vector<std::string>;

constexpr RoleSet kOperator = static_cast<RoleSet>(Role::kOperator);
constexpr RoleSet kAdministrator = static_cast<RoleSet>(Role::kAdministrator);
constexpr RoleSet kSteward = static_cast<RoleSet>(Role::kSteward);
constexpr RoleSet kAnalyst = static_cast<RoleSet>(Role::kAnalyst);
constexpr RoleSet kPrivacy = static_cast<RoleSet>(Role::kPrivacyOfficer);
constexpr RoleSet kAuditor = static_cast<RoleSet>(Role::kAuditor);
constexpr RoleSet kMembers = kAdministrator | kSteward | kAnalyst | kPrivacy | kAuditor;
// Those who read lists about data, never a value of it.
constexpr RoleSet kReaders = kSteward | kAnalyst | kPrivacy | kAuditor;

constexpr GateClass kHead = GateClass::kHead;
constexpr GateClass kAudit = GateClass::kAudit;
constexpr GateClass kRead = GateClass::kRead;
constexpr GateClass kWrite = GateClass::kWrite;
constexpr GateClass kKeys = GateClass::kKeys;
constexpr GateClass kLife = GateClass::kLife;

MethodPolicy AnyUser() {
  MethodPolicy policy;
  policy.gate = kHead;
  policy.tenant_from = From::kNone;
  policy.any_user = true;
  return policy;
}

struct Row {
  const char* method;
  MethodPolicy policy;
};

std::vector<Row> Tenancy() {
  return {
      {"TenantService/CreateTenant", {kOperator, {}, kLife, From::kNone}},
      {"TenantService/GetTenant", {kOperator | kMembers, {}, kHead, From::kName}},
      {"TenantService/ListTenants", AnyUser()},
      {"TenantService/SuspendTenant", {kOperator, {}, kLife, From::kName}},
      {"TenantService/ResumeTenant", {kOperator, {}, kLife, From::kName}},
      // The administrator too: whoever sees a key in wrong hands may pull the brake.
      {"TenantService/SealTenant", {kOperator | kAdministrator, {}, kLife, From::kName}},
      {"TenantService/ShredTenant", {kOperator, {}, kLife, From::kName}},
      {"TenantService/SetQuota", {kOperator, {}, kLife, From::kName}},
      {"TenantService/GetUsage", {kOperator | kAdministrator, {}, kHead, From::kName}},
      {"TenantService/ListUsage", {kOperator, {}, kHead, From::kNone}},
      {"DepartmentService/CreateDepartment", {kAdministrator, {}, kWrite, From::kParent}},
      {"DepartmentService/ListDepartments", {kMembers, {}, kRead, From::kParent}},
      {"DepartmentService/UpdateDepartment", {kAdministrator, {}, kWrite, From::kName}},
      {"DepartmentService/DeleteDepartment", {kAdministrator, {}, kWrite, From::kName}},
      {"MemberService/AddMember", {kAdministrator, {}, kWrite, From::kParent}},
      // Who decides about what others asked for or did must see who they are; an analyst need not.
      {"MemberService/ListMembers",
       {kAdministrator | kSteward | kPrivacy | kAuditor, {}, kRead, From::kParent}},
      {"MemberService/RemoveMember", {kAdministrator, {}, kWrite, From::kName}},
      {"MemberService/GetSelf", AnyUser()},
      {"PolicyService/CreatePolicy", {kPrivacy, {}, kWrite, From::kParent}},
      {"PolicyService/GetPolicy", {kMembers, {"verification", "aggregation"}, kRead, From::kName}},
      {"PolicyService/ListPolicies", {kMembers, {}, kRead, From::kParent}},
      {"PolicyService/ListPolicyVersions", {kMembers, {}, kRead, From::kName}},
      {"KeyService/RotateKeys", {kAdministrator, {}, kKeys, From::kParent}},
      {"KeyService/ListKeys", {kAdministrator | kAuditor, {}, kAudit, From::kParent}},
  };
}

std::vector<Row> Upload() {
  return {
      {"DatasetService/CreateDataset", {kSteward, {}, kWrite, From::kParent}},
      {"DatasetService/GetDataset",
       {kAdministrator | kReaders, {"tenancy", "abstraction"}, kRead, From::kName}},
      {"DatasetService/ListDatasets", {kAdministrator | kReaders, {}, kRead, From::kParent}},
      {"DatasetService/UpdateDataset", {kSteward, {}, kWrite, From::kName}},
      {"ProfileService/SaveProfile", {kSteward, {}, kWrite, From::kParent}},
      {"ProfileService/ListProfiles", {kSteward, {}, kRead, From::kParent}},
      {"ProfileService/DeleteProfile", {kSteward, {}, kWrite, From::kName}},
      {"ProfileService/TryFile", {kSteward, {}, kKeys, From::kParent}},
      {"SnapshotService/CreateSnapshot", {kSteward, {}, kKeys, From::kParent}},
      {"SnapshotService/AppendSnapshot", {kSteward, {}, kKeys, From::kName}},
      {"SnapshotService/CompleteSnapshot", {kSteward, {}, kKeys, From::kName}},
      {"SnapshotService/GetSnapshot",
       {kReaders, {"abstraction", "verification", "aggregation"}, kRead, From::kName}},
      {"SnapshotService/ListSnapshots", {kReaders, {}, kRead, From::kParent}},
      {"SnapshotService/ListFindings", {kSteward, {}, kKeys, From::kParent}},
      {"SnapshotService/SettleFindings", {kSteward, {}, kWrite, From::kName}},
      {"SnapshotService/DestroySnapshot", {kSteward, {"abstraction"}, kWrite, From::kName}},
  };
}

std::vector<Row> Abstraction() {
  return {
      {"RecipeService/CreateRecipe", {kSteward | kPrivacy, {}, kWrite, From::kParent}},
      {"RecipeService/GetRecipe", {kReaders, {"verification", "aggregation"}, kRead, From::kName}},
      {"RecipeService/ListRecipes", {kReaders, {}, kRead, From::kParent}},
      {"RecipeService/ListRecipeVersions", {kReaders, {}, kRead, From::kName}},
      {"RecipeService/PreviewRecipe", {kSteward | kPrivacy, {}, kWrite, From::kParent}},
      {"AbstractionService/CreateAbstraction", {kSteward, {}, kKeys, From::kParent}},
      {"AbstractionService/GetAbstraction",
       {kReaders, {"verification", "aggregation"}, kRead, From::kName}},
      {"AbstractionService/ListAbstractions", {kReaders, {}, kRead, From::kParent}},
  };
}

std::vector<Row> Verification() {
  return {
      {"VerificationService/VerifyAbstraction", {kSteward | kPrivacy, {}, kKeys, From::kParent}},
      {"VerificationService/GetVerdict", {kReaders, {"aggregation"}, kRead, From::kName}},
      {"VerificationService/ListVerdicts", {kReaders, {}, kRead, From::kParent}},
  };
}

std::vector<Row> Aggregation() {
  return {
      {"StatisticService/CreateStatistic", {kAnalyst | kPrivacy, {}, kKeys, From::kParent}},
      {"StatisticService/GetStatistic", {kReaders, {}, kRead, From::kName}},
      {"StatisticService/ListStatistics", {kReaders, {}, kRead, From::kParent}},
      {"StatisticService/ReadStatistic", {kAnalyst | kPrivacy, {}, kKeys, From::kName}},
      {"StatisticService/ExportStatistic", {kAnalyst | kPrivacy, {}, kKeys, From::kName}},
      {"ViewService/CreateView", {kAnalyst | kPrivacy, {}, kWrite, From::kParent}},
      {"ViewService/GetView", {kReaders, {}, kRead, From::kName}},
      {"ViewService/ListViews", {kReaders, {}, kRead, From::kParent}},
      {"ViewService/UpdateView", {kAnalyst | kPrivacy, {}, kWrite, From::kName}},
      {"ViewService/DeleteView", {kAnalyst | kPrivacy, {}, kWrite, From::kName}},
      {"ReleaseService/RequestRelease", {kAnalyst | kPrivacy, {}, kWrite, From::kParent}},
      // That it is another one than who asked and who made it is decided by the handler.
      {"ReleaseService/ReviewRelease", {kPrivacy, {}, kWrite, From::kName}},
      {"ReleaseService/PublishRelease", {kPrivacy | kAdministrator, {}, kWrite, From::kName}},
      {"ReleaseService/WithdrawRelease",
       {kAnalyst | kPrivacy | kAdministrator, {}, kWrite, From::kName}},
      {"ReleaseService/GetRelease", {kReaders | kAdministrator, {}, kRead, From::kName}},
      {"ReleaseService/ListReleases", {kReaders | kAdministrator, {}, kRead, From::kParent}},
      {"JointService/ProposeJointStatistic", {kPrivacy, {}, kWrite, From::kParent}},
      {"JointService/ConsentJointStatistic", {kPrivacy, {}, kWrite, From::kName}},
      {"JointService/DeclineJointStatistic", {kPrivacy, {}, kWrite, From::kName}},
      {"JointService/WithdrawJointStatistic", {kPrivacy, {}, kWrite, From::kName}},
      // That it is the municipality that proposed it is decided by the handler.
      {"JointService/MakeJointStatistic", {kPrivacy, {}, kKeys, From::kName}},
      {"JointService/GetJointStatistic", {kReaders, {}, kRead, From::kName}},
      {"JointService/ListJointStatistics", {kReaders, {}, kRead, From::kParent}},
      {"JointService/ReadJointStatistic", {kAnalyst | kPrivacy, {}, kKeys, From::kName}},
  };
}

std::vector<Row> Operation() {
  return {
      {"OperationService/GetOperation", {kMembers, {}, kRead, From::kName}},
      {"OperationService/ListOperations", {kMembers, {}, kRead, From::kParent}},
      {"OperationService/CancelOperation",
       {kAdministrator | kSteward | kAnalyst | kPrivacy, {}, kWrite, From::kName}},
      {"OperationService/WatchOperation", {kMembers, {}, kRead, From::kName}},
  };
}

std::vector<Row> Audit() {
  return {
      {"AuditService/ListEvents", {kAuditor, {}, kAudit, From::kParent}},
      {"AuditService/VerifyEvents", {kAuditor, {}, kAudit, From::kParent}},
      {"AuditService/ExportHead", {kAuditor, {}, kAudit, From::kParent}},
      // Of which department he is steward is decided by the handler.
      {"AuditService/ListDatasetUses", {kSteward | kAuditor, {}, kAudit, From::kParent}},
  };
}

std::map<std::string, MethodPolicy> Build() {
  const std::map<std::string, std::vector<Row>> areas = {
      {"tenancy", Tenancy()},
      {"upload", Upload()},
      {"abstraction", Abstraction()},
      {"verification", Verification()},
      {"aggregation", Aggregation()},
      {"operation", Operation()},
      {"audit", Audit()},
  };
  std::map<std::string, MethodPolicy> policies;
  for (const auto& [area, rows] : areas) {
    for (const Row& row : rows) {
      policies.emplace(absl::StrCat("/oboro.", area, ".v1.", row.method), row.policy);
    }
  }
  return policies;
}

}  // namespace

const std::map<std::string, MethodPolicy>& MethodPolicies() {
  static const auto* policies = new std::map<std::string, MethodPolicy>(Build());
  return *policies;
}

}  // namespace oboro::platform

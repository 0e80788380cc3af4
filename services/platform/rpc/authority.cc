#include "services/platform/rpc/authority.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

std::string RoleNames(RoleSet roles) {
  std::vector<std::string> names;
  for (const Role role : {Role::kOperator, Role::kAdministrator, Role::kSteward, Role::kAnalyst,
                          Role::kPrivacyOfficer, Role::kAuditor}) {
    if (Has(roles, role)) names.emplace_back(RoleName(role));
  }
  return absl::StrJoin(names, ",");
}

absl::Status RoleMissing(const MethodPolicy& policy) {
  const std::string needed = RoleNames(policy.roles);
  return ReasonedError(
      absl::StatusCode::kPermissionDenied,
      {"ROLE_MISSING",
       absl::StrCat("This needs one of the roles ", needed, ". Ask your administrator for it."),
       absl::StrCat("この操作には次のいずれかの役割が必要です: ", needed,
                    "。管理者に依頼してください。"),
       {{"roles", needed}}});
}

absl::Status ServiceNotAllowed() {
  return ReasonedError(absl::StatusCode::kPermissionDenied,
                       {"SERVICE_NOT_ALLOWED",
                        "This service may not call this method. Call it as a person, with a token.",
                        "このサービスからは呼び出せません。利用者のトークンで呼び出してください。",
                        {}});
}

}  // namespace

absl::Status CheckPermission(const MethodPolicy& policy, const Caller& caller,
                             const Standing& standing) {
  if (caller.kind == Caller::Kind::kService) {
    const auto& allowed = policy.services;
    const bool found = std::find(allowed.begin(), allowed.end(), caller.subject) != allowed.end();
    return found ? absl::OkStatus() : ServiceNotAllowed();
  }
  if (policy.any_user || (policy.roles & standing.roles) != 0) return absl::OkStatus();
  return RoleMissing(policy);
}

absl::StatusOr<Caller> ParseActor(const std::string& actor) {
  constexpr size_t kServicePrefix = 8;  // "service:"
  constexpr size_t kUserPrefix = 5;     // "user:"
  if (actor.rfind("service:", 0) == 0) {
    return Caller{Caller::Kind::kService, "", actor.substr(kServicePrefix)};
  }
  const size_t hash = actor.find('#');
  if (actor.rfind("user:", 0) != 0 || hash == std::string::npos) {
    return absl::InternalError("a stored actor is neither user nor service");
  }
  return Caller{Caller::Kind::kUser, actor.substr(kUserPrefix, hash - kUserPrefix),
                actor.substr(hash + 1)};
}

absl::Status CheckAuthority(Db& db, const TenantContext& tenant, const std::string& actor,
                            const std::string& permission) {
  const auto policy = MethodPolicies().find(permission);
  if (policy == MethodPolicies().end()) {
    return absl::InternalError("a job names a method without an entry");
  }
  ASSIGN_OR_RETURN(const Caller caller, ParseActor(actor));
  RETURN_IF_ERROR(CheckGate(GateClass::kKeys, tenant.state()));
  Standing standing;
  if (caller.kind == Caller::Kind::kUser) {
    ASSIGN_OR_RETURN(standing, db.RunDirectoryTx("job_authority", [&](pqxx::work& tx) {
      return FindStanding(tx, tenant.id(), caller);
    }));
  }
  return CheckPermission(policy->second, caller, standing);
}

absl::Status CheckStillAllowed(Db& db, const CallContext& call) {
  const auto policy = MethodPolicies().find(call.method);
  if (policy == MethodPolicies().end()) return absl::InternalError("a call without an entry");
  return db.RunDirectoryTx("check_still_allowed", [&](pqxx::work& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<TenantContext> tenant, FindTenant(tx, call.tenant().id()));
    if (!tenant.has_value()) return NotFoundError();
    Standing standing;
    if (call.caller.kind == Caller::Kind::kUser) {
      ASSIGN_OR_RETURN(standing, FindStanding(tx, tenant->id(), call.caller));
      const bool part = standing.member || Has(standing.roles, Role::kOperator);
      if (!part) return NotFoundError();
    }
    RETURN_IF_ERROR(CheckPermission(policy->second, call.caller, standing));
    return CheckGate(policy->second.gate, tenant->state());
  });
}

}  // namespace oboro::platform

#include "services/tenancy/member_handlers.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/identity/directory.h"
#include "services/tenancy/errors.h"
#include "services/tenancy/rows.h"
#include "services/tenancy/validate.h"

namespace oboro::tenancy {
namespace {

using platform::CallContext;
using platform::Role;
using platform::SqlTime;
using platform::TenantContext;
using platform::TextOf;

absl::StatusOr<Role> MemberRole(v1::Role asked) {
  const std::optional<Role> role = RoleFromProto(asked);
  if (!role.has_value() || *role == Role::kOperator) {
    return InvalidField("role", "ADMINISTRATOR, STEWARD, ANALYST, PRIVACY_OFFICER or AUDITOR",
                        "管理者・保有課・分析・個人情報保護・監査のいずれか");
  }
  return *role;
}

// The department's id out of its name, or nothing when none is given.
absl::StatusOr<std::optional<std::string>> DepartmentId(const std::string& name) {
  if (name.empty()) return std::optional<std::string>();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/departments/*"));
  return std::optional<std::string>(ids[1]);
}

bool DepartmentExists(pqxx::work& tx, const TenantContext& tenant, const std::string& id) {
  return !tx.exec_params(
                "SELECT 1 FROM tenancy.departments WHERE tenant_id = $1 AND department_id = $2",
                tenant.id(), id)
              .empty();
}

std::string MemberName(const TenantContext& tenant, const std::string& id) {
  return absl::StrCat(tenant.name(), "/members/", id);
}

// Of two administrators who remove each other one stays: the audit event of the second cannot be
// written on its old snapshot, and it is run again.
bool IsLastAdministrator(pqxx::work& tx, const TenantContext& tenant, const std::string& member) {
  const int others =
      tx.exec_params1(
            "SELECT count(*) FROM tenancy.members WHERE tenant_id = $1 AND role = 'ADMINISTRATOR' "
            "AND member_id <> $2",
            tenant.id(), member)[0]
          .as<int>();
  return others == 0;
}

// Gives who has this role already the name that stands in `member`; answers the member.
absl::StatusOr<v1::Member> Rename(pqxx::work& tx, const CallContext& call, const v1::Member& member,
                                  Role role, const std::optional<std::string>& department,
                                  absl::Time now) {
  const TenantContext& tenant = call.tenant();
  const pqxx::result renamed = tx.exec_params(
      "UPDATE tenancy.members SET display_name = $6 WHERE tenant_id = $1 AND issuer = $2 AND "
      "subject = $3 AND role = $4 AND department_id IS NOT DISTINCT FROM $5 AND display_name <> $6 "
      "RETURNING member_id",
      tenant.id(), member.principal().issuer(), member.principal().subject(),
      platform::RoleName(role), department.has_value() ? department->c_str() : nullptr,
      member.display_name());
  if (renamed.empty()) return MemberExists();
  v1::Member after = member;
  after.set_name(MemberName(tenant, TextOf(renamed[0][0])));
  // The event says that, never what: a name is a personal value.
  RETURN_IF_ERROR(AppendAudit(tx, tenant, call.Event("UPDATE_MEMBER", after.name()), now));
  return after;
}

}  // namespace

absl::StatusOr<v1::CreateDepartmentResponse> CreateDepartmentHandler::operator()(
    const CallContext& call, const v1::CreateDepartmentRequest& request) {
  RETURN_IF_ERROR(ValidateChosenId(request.department_id(), "department_id"));
  RETURN_IF_ERROR(ValidateDisplayName(request.display_name()));
  const TenantContext& tenant = call.tenant();
  const std::string name = absl::StrCat(tenant.name(), "/departments/", request.department_id());
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "create_department", [&](pqxx::work& tx) {
    tx.exec_params(
        "INSERT INTO tenancy.departments (tenant_id, department_id, display_name, create_time) "
        "VALUES ($1, $2, $3, $4)",
        tenant.id(), request.department_id(), request.display_name(), SqlTime(deps_.clock->Now()));
    return AppendAudit(
        tx, tenant,
        call.Event("CREATE_DEPARTMENT", name, {{"display_name", request.display_name()}}),
        deps_.clock->Now());
  }));
  v1::CreateDepartmentResponse response;
  response.mutable_department()->set_name(name);
  response.mutable_department()->set_display_name(request.display_name());
  return response;
}

absl::StatusOr<v1::ListDepartmentsResponse> ListDepartmentsHandler::operator()(
    const CallContext& call, const v1::ListDepartmentsRequest&) {
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(
      tenant, "list_departments",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::ListDepartmentsResponse> {
        v1::ListDepartmentsResponse response;
        for (const pqxx::row& row :
             tx.exec_params("SELECT department_id, display_name FROM tenancy.departments "
                            "WHERE tenant_id = $1 ORDER BY department_id",
                            tenant.id())) {
          v1::Department* department = response.add_departments();
          department->set_name(absl::StrCat(tenant.name(), "/departments/", TextOf(row[0])));
          department->set_display_name(TextOf(row[1]));
        }
        return response;
      });
}

absl::StatusOr<v1::UpdateDepartmentResponse> UpdateDepartmentHandler::operator()(
    const CallContext& call, const v1::UpdateDepartmentRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/departments/*"));
  RETURN_IF_ERROR(ValidateDisplayName(request.display_name()));
  const TenantContext& tenant = call.tenant();
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "update_department", [&](pqxx::work& tx) -> absl::Status {
    const pqxx::result renamed = tx.exec_params(
        "UPDATE tenancy.departments SET display_name = $3 WHERE tenant_id = $1 AND department_id = "
        "$2",
        tenant.id(), ids[1], request.display_name());
    if (renamed.affected_rows() == 0) return platform::NotFoundError();
    return AppendAudit(
        tx, tenant,
        call.Event("UPDATE_DEPARTMENT", request.name(), {{"display_name", request.display_name()}}),
        deps_.clock->Now());
  }));
  v1::UpdateDepartmentResponse response;
  response.mutable_department()->set_name(request.name());
  response.mutable_department()->set_display_name(request.display_name());
  return response;
}

absl::StatusOr<v1::DeleteDepartmentResponse> DeleteDepartmentHandler::operator()(
    const CallContext& call, const v1::DeleteDepartmentRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/departments/*"));
  const TenantContext& tenant = call.tenant();
  const absl::Status deleted =
      deps_.db->RunTx(tenant, "delete_department", [&](pqxx::work& tx) -> absl::Status {
        const int members = tx.exec_params1(
                                  "SELECT count(*) FROM tenancy.members WHERE tenant_id = $1 AND "
                                  "department_id = $2",
                                  tenant.id(), ids[1])[0]
                                .as<int>();
        if (members > 0) return DepartmentInUse(members);
        const pqxx::result gone = tx.exec_params(
            "DELETE FROM tenancy.departments WHERE tenant_id = $1 AND department_id = $2",
            tenant.id(), ids[1]);
        if (gone.affected_rows() == 0) return platform::NotFoundError();
        return AppendAudit(tx, tenant, call.Event("DELETE_DEPARTMENT", request.name()),
                           deps_.clock->Now());
      });
  // Datasets are upload's rows, which tenancy cannot see: their foreign key answers for them, also
  // of one that is being made at this moment.
  if (platform::ReasonOf(deleted).name == "REFERENCE_MISSING") return DepartmentInUse(0);
  RETURN_IF_ERROR(deleted);
  return v1::DeleteDepartmentResponse();
}

absl::StatusOr<v1::AddMemberResponse> AddMemberHandler::operator()(
    const CallContext& call, const v1::AddMemberRequest& request) {
  RETURN_IF_ERROR(ValidatePrincipal(request.principal(), "principal"));
  ASSIGN_OR_RETURN(const Role role, MemberRole(request.role()));
  ASSIGN_OR_RETURN(const std::optional<std::string> department, DepartmentId(request.department()));
  ASSIGN_OR_RETURN(const std::string name, NormalizeMemberName(request.display_name()));
  const TenantContext& tenant = call.tenant();
  const std::string id = platform::NewId();
  v1::Member member;
  member.set_name(MemberName(tenant, id));
  member.set_display_name(name);
  *member.mutable_principal() = request.principal();
  member.set_role(request.role());
  member.set_department(request.department());
  const absl::Status added =
      deps_.db->RunTx(tenant, "add_member", [&](pqxx::work& tx) -> absl::Status {
        if (department.has_value() && !DepartmentExists(tx, tenant, *department)) {
          return platform::NotFoundError();
        }
        tx.exec_params(
            "INSERT INTO tenancy.members (tenant_id, member_id, issuer, subject, role, "
            "department_id, create_time, display_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            tenant.id(), id, request.principal().issuer(), request.principal().subject(),
            platform::RoleName(role), department.has_value() ? department->c_str() : nullptr,
            SqlTime(deps_.clock->Now()), name);
        return AppendAudit(tx, tenant,
                           call.Event("ADD_MEMBER", member.name(),
                                      {{"issuer", request.principal().issuer()},
                                       {"subject", request.principal().subject()},
                                       {"role", platform::RoleName(role)},
                                       {"department", request.department()}}),
                           deps_.clock->Now());
      });
  if (added.code() == absl::StatusCode::kAlreadyExists) {
    if (name.empty()) return MemberExists();
    auto renamed = deps_.db->RunTx(tenant, "rename_member", [&](pqxx::work& tx) {
      return Rename(tx, call, member, role, department, deps_.clock->Now());
    });
    if (!renamed.ok()) return renamed.status();
    member = *std::move(renamed);
  } else if (!added.ok()) {
    return added;
  }
  v1::AddMemberResponse response;
  *response.mutable_member() = std::move(member);
  return response;
}

absl::StatusOr<v1::ListMembersResponse> ListMembersHandler::operator()(
    const CallContext& call, const v1::ListMembersRequest&) {
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(
      tenant, "list_members", [&](pqxx::work& tx) -> absl::StatusOr<v1::ListMembersResponse> {
        v1::ListMembersResponse response;
        for (const pqxx::row& row : tx.exec_params(
                 absl::StrCat("SELECT ", kMemberColumns, ", display_name",
                              " FROM tenancy.members WHERE tenant_id = $1 ORDER BY member_id"),
                 tenant.id())) {
          v1::Member* member = response.add_members();
          *member = MemberFromRow(row);
          member->set_display_name(TextOf(row["display_name"]));
        }
        return response;
      });
}

absl::StatusOr<v1::RemoveMemberResponse> RemoveMemberHandler::operator()(
    const CallContext& call, const v1::RemoveMemberRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/members/*"));
  const TenantContext& tenant = call.tenant();
  const std::string& id = ids[1];
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "remove_member", [&](pqxx::work& tx) -> absl::Status {
    const pqxx::result rows = tx.exec_params(
        absl::StrCat("SELECT ", kMemberColumns,
                     " FROM tenancy.members WHERE tenant_id = $1 AND member_id = $2"),
        tenant.id(), id);
    if (rows.empty()) return platform::NotFoundError();
    const std::string role = TextOf(rows[0]["role"]);
    if (role == platform::RoleName(Role::kAdministrator) && IsLastAdministrator(tx, tenant, id)) {
      return LastAdministrator();
    }
    tx.exec_params("DELETE FROM tenancy.members WHERE tenant_id = $1 AND member_id = $2",
                   tenant.id(), id);
    return AppendAudit(tx, tenant,
                       call.Event("REMOVE_MEMBER", request.name(),
                                  {{"issuer", TextOf(rows[0]["issuer"])},
                                   {"subject", TextOf(rows[0]["subject"])},
                                   {"role", role}}),
                       deps_.clock->Now());
  }));
  return v1::RemoveMemberResponse();
}

absl::StatusOr<v1::GetSelfResponse> GetSelfHandler::operator()(const CallContext& call,
                                                               const v1::GetSelfRequest&) {
  v1::GetSelfResponse response;
  response.mutable_principal()->set_issuer(call.caller.issuer);
  response.mutable_principal()->set_subject(call.caller.subject);
  response.set_operator_(platform::Has(call.roles, Role::kOperator));
  return deps_.db->RunDirectoryTx(
      "get_self", [&](pqxx::work& tx) -> absl::StatusOr<v1::GetSelfResponse> {
        v1::GetSelfResponse self = response;
        for (const pqxx::row& row :
             tx.exec_params(absl::StrCat("SELECT ", kMemberColumns,
                                         " FROM tenancy.members WHERE issuer = $1 AND subject = $2 "
                                         "ORDER BY tenant_id, member_id"),
                            call.caller.issuer, call.caller.subject)) {
          *self.add_memberships() = MemberFromRow(row);
        }
        return self;
      });
}

}  // namespace oboro::tenancy

#include "services/tenancy/rows.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/identity/directory.h"
#include "services/platform/identity/tenant_gate.h"

namespace oboro::tenancy {

using platform::Role;
using platform::TextOf;

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1000000);
  out->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
}

absl::StatusOr<v1::Tenant> TenantFromRow(const pqxx::row& row) {
  v1::Tenant tenant;
  tenant.set_name("tenants/" + TextOf(row["tenant_id"]));
  tenant.set_municipality_code(TextOf(row["municipality_code"]));
  tenant.set_display_name(TextOf(row["display_name"]));
  tenant.set_population(row["population"].as<int64_t>());
  ASSIGN_OR_RETURN(const platform::TenantState state, platform::ParseState(TextOf(row["state"])));
  tenant.set_state(StateToProto(state));
  SetTime(platform::TimeOf(row["create_time"]), tenant.mutable_create_time());
  return tenant;
}

absl::StatusOr<v1::Tenant> ReadTenant(pqxx::work& tx, const platform::TenantContext& tenant) {
  const pqxx::result rows = tx.exec_params(
      absl::StrCat("SELECT ", kTenantColumns, " FROM tenancy.tenants WHERE tenant_id = $1"),
      tenant.id());
  if (rows.empty()) return platform::NotFoundError();
  return TenantFromRow(rows[0]);
}

v1::Member MemberFromRow(const pqxx::row& row) {
  v1::Member member;
  const std::string tenant = "tenants/" + TextOf(row["tenant_id"]);
  member.set_name(absl::StrCat(tenant, "/members/", TextOf(row["member_id"])));
  member.mutable_principal()->set_issuer(TextOf(row["issuer"]));
  member.mutable_principal()->set_subject(TextOf(row["subject"]));
  const std::optional<Role> role = platform::ParseRole(TextOf(row["role"]));
  if (role.has_value()) member.set_role(RoleToProto(*role));
  if (!row["department_id"].is_null()) {
    member.set_department(absl::StrCat(tenant, "/departments/", TextOf(row["department_id"])));
  }
  return member;
}

v1::Role RoleToProto(Role role) {
  switch (role) {
    case Role::kOperator:
      return v1::ROLE_OPERATOR;
    case Role::kAdministrator:
      return v1::ROLE_ADMINISTRATOR;
    case Role::kSteward:
      return v1::ROLE_STEWARD;
    case Role::kAnalyst:
      return v1::ROLE_ANALYST;
    case Role::kPrivacyOfficer:
      return v1::ROLE_PRIVACY_OFFICER;
    case Role::kAuditor:
      return v1::ROLE_AUDITOR;
  }
  return v1::ROLE_UNSPECIFIED;
}

std::optional<Role> RoleFromProto(v1::Role role) {
  for (const Role known : {Role::kOperator, Role::kAdministrator, Role::kSteward, Role::kAnalyst,
                           Role::kPrivacyOfficer, Role::kAuditor}) {
    if (RoleToProto(known) == role) return known;
  }
  return std::nullopt;
}

v1::TenantState StateToProto(platform::TenantState state) {
  switch (state) {
    case platform::TenantState::kActive:
      return v1::TENANT_STATE_ACTIVE;
    case platform::TenantState::kSuspended:
      return v1::TENANT_STATE_SUSPENDED;
    case platform::TenantState::kSealed:
      return v1::TENANT_STATE_SEALED;
    case platform::TenantState::kShredded:
      return v1::TENANT_STATE_SHREDDED;
  }
  return v1::TENANT_STATE_UNSPECIFIED;
}

int PageSize(int asked, int fallback, int most) {
  return asked <= 0 ? fallback : std::min(asked, most);
}

}  // namespace oboro::tenancy

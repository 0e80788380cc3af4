#include "services/platform/identity/directory.h"

#include <array>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/identity/tenant_gate.h"

namespace oboro::platform {
namespace {

constexpr std::array<std::pair<const char*, Role>, 6> kRoleNames = {{
    {"OPERATOR", Role::kOperator},
    {"ADMINISTRATOR", Role::kAdministrator},
    {"STEWARD", Role::kSteward},
    {"ANALYST", Role::kAnalyst},
    {"PRIVACY_OFFICER", Role::kPrivacyOfficer},
    {"AUDITOR", Role::kAuditor},
}};

absl::StatusOr<TenantContext> FromRow(const pqxx::row& row) {
  ASSIGN_OR_RETURN(const TenantState state, ParseState(row["state"].as<std::string>()));
  return TenantContext::MakeResolved(row["tenant_id"].as<std::string>(),
                                     row["municipality_code"].as<std::string>(),
                                     row["population"].as<int64_t>(), state);
}

constexpr char kSelectTenant[] =
    "SELECT tenant_id, municipality_code, population, state FROM tenancy.tenants ";

}  // namespace

absl::StatusOr<std::optional<TenantContext>> FindTenant(pqxx::work& tx,
                                                        const std::string& tenant_id) {
  const pqxx::result rows =
      tx.exec_params(std::string(kSelectTenant) + "WHERE tenant_id = $1", tenant_id);
  if (rows.empty()) return std::optional<TenantContext>();
  ASSIGN_OR_RETURN(TenantContext tenant, FromRow(rows[0]));
  return std::optional<TenantContext>(std::move(tenant));
}

absl::StatusOr<std::vector<TenantContext>> AllTenants(pqxx::work& tx) {
  std::vector<TenantContext> tenants;
  for (const pqxx::row& row : tx.exec(std::string(kSelectTenant) + "ORDER BY tenant_id")) {
    ASSIGN_OR_RETURN(TenantContext tenant, FromRow(row));
    tenants.push_back(std::move(tenant));
  }
  return tenants;
}

absl::StatusOr<Standing> FindStanding(pqxx::work& tx, const std::string& tenant_id,
                                      const Caller& user) {
  Standing standing;
  const pqxx::result operators =
      tx.exec_params("SELECT 1 FROM tenancy.operators WHERE issuer = $1 AND subject = $2",
                     user.issuer, user.subject);
  if (!operators.empty()) standing.roles |= static_cast<RoleSet>(Role::kOperator);
  if (tenant_id.empty()) return standing;
  std::set<std::string> departments;
  bool steward_of_all = false;
  for (const pqxx::row& row :
       tx.exec_params("SELECT role, department_id FROM tenancy.members "
                      "WHERE tenant_id = $1 AND issuer = $2 AND subject = $3",
                      tenant_id, user.issuer, user.subject)) {
    const std::optional<Role> role = ParseRole(row[0].as<std::string>());
    // 運営 is never a role of a member row, whatever a row says.
    if (!role.has_value() || *role == Role::kOperator) continue;
    standing.member = true;
    standing.roles |= static_cast<RoleSet>(*role);
    // Data is held by stewards: a department in which he is only an analyst gives him none of it.
    if (*role != Role::kSteward) continue;
    steward_of_all |= row[1].is_null();
    if (!row[1].is_null()) departments.insert(row[1].as<std::string>());
  }
  if (!steward_of_all) standing.department_ids.assign(departments.begin(), departments.end());
  return standing;
}

TenantContext NewTenant(std::string id, std::string municipality_code, int64_t population) {
  return TenantContext::MakeResolved(std::move(id), std::move(municipality_code), population,
                                     TenantState::kActive);
}

TenantContext InState(const TenantContext& tenant, TenantState state) {
  return TenantContext::MakeResolved(tenant.id(), tenant.municipality_code(), tenant.population(),
                                     state);
}

const char* RoleName(Role role) {
  for (const auto& [name, value] : kRoleNames) {
    if (value == role) return name;
  }
  return "";
}

std::optional<Role> ParseRole(const std::string& name) {
  for (const auto& [known, role] : kRoleNames) {
    if (name == known) return role;
  }
  return std::nullopt;
}

}  // namespace oboro::platform

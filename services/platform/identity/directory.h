#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/platform/identity/caller.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// Reads of the directory: inside Db::RunDirectoryTx only, on every call anew. Nothing is kept
// between calls, so that a removed member or a suspended tenant is refused at once.

// What a person is in one tenant, from rows alone.
struct Standing {
  RoleSet roles = 0;  // kOperator included when he is 運営.
  // Sorted; those in which he is 保有課. Empty also when he is steward of no department, which in a
  // small town means of all.
  std::vector<std::string> department_ids;
  bool member = false;  // Has any membership in the tenant.
};

// The tenant, or nothing when there is none of this id.
absl::StatusOr<std::optional<TenantContext>> FindTenant(pqxx::work& tx,
                                                        const std::string& tenant_id);
// All tenants, by id: for what runs on behalf of none (signing of audit heads, gauges).
absl::StatusOr<std::vector<TenantContext>> AllTenants(pqxx::work& tx);

// An empty `tenant_id` asks only whether he is 運営.
absl::StatusOr<Standing> FindStanding(pqxx::work& tx, const std::string& tenant_id,
                                      const Caller& user);

// A tenant about to be made, so that its first rows can be written.
TenantContext NewTenant(std::string id, std::string municipality_code, int64_t population);
// The same tenant in another state: after a change of state in the same call.
TenantContext InState(const TenantContext& tenant, TenantState state);

// The words of tenancy.members.role.
const char* RoleName(Role role);
std::optional<Role> ParseRole(const std::string& name);

}  // namespace oboro::platform

#include "services/platform/identity/department.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "services/platform/base/status.h"
#include "services/platform/identity/caller.h"
#include "services/platform/identity/directory.h"

namespace oboro::platform {

absl::StatusOr<bool> IsOfDepartment(pqxx::work& tx, const std::string& tenant_id,
                                    const std::string& actor, absl::string_view department_id) {
  if (absl::StartsWith(actor, "service:")) return true;
  constexpr absl::string_view kUser = "user:";
  const size_t hash = actor.find('#');
  if (!absl::StartsWith(actor, kUser) || hash == std::string::npos) {
    return absl::InternalError("a stored actor is neither user nor service");
  }
  const Caller user{Caller::Kind::kUser, actor.substr(kUser.size(), hash - kUser.size()),
                    actor.substr(hash + 1)};
  ASSIGN_OR_RETURN(const Standing standing, FindStanding(tx, tenant_id, user));
  if (!Has(standing.roles, Role::kSteward)) return false;
  const auto& departments = standing.department_ids;
  return departments.empty() ||
         std::find(departments.begin(), departments.end(), department_id) != departments.end();
}

}  // namespace oboro::platform

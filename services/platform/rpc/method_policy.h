#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/platform/identity/caller.h"
#include "services/platform/identity/tenant_gate.h"

namespace oboro::platform {

// What one RPC method asks of its caller. The table is data: a method without an entry answers
// INTERNAL, and a test walks every service descriptor and fails on a gap. Who may call what is
// stated a second time, by hand, in tests/integration/matrix/expected.txt.
struct MethodPolicy {
  // Roles that may call (any of); kOperator for 運営. Empty with `any_user`.
  RoleSet roles = 0;
  // Services that may call by certificate, as "abstraction".
  std::vector<std::string> services;
  GateClass gate = GateClass::kRead;
  // Where the tenant stands in the request: its `name` or `parent` field, or nowhere.
  enum class TenantFrom { kName, kParent, kNone } tenant_from = TenantFrom::kName;
  // Anybody who is signed in: for the calls that tell a person who he is. No tenant.
  bool any_user = false;
  // Whether a refusal of a member is written to the tenant's audit chain.
  bool audit_refusal = true;
};

// Full method name ("/oboro.upload.v1.SnapshotService/GetSnapshot") -> policy, for every method of
// every service.
const std::map<std::string, MethodPolicy>& MethodPolicies();

}  // namespace oboro::platform

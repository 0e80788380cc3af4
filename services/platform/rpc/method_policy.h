#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/platform/identity/caller.h"

namespace oboro::platform {

// What one RPC method asks of its caller. The table is data: a method without an entry answers
// INTERNAL, and a test walks every service descriptor and fails on a gap.
struct MethodPolicy {
  // Roles of the tenant that may call (any of); kOperator for 運営.
  RoleSet roles = 0;
  // Services that may call by certificate, as "abstraction".
  std::vector<std::string> services;
  // What the gate table is asked: READ, WRITE, KEYS (uses data keys), LIFE (changes the state).
  enum class Gate { kRead, kWrite, kKeys, kLife, kNone } gate = Gate::kRead;
  // Where the tenant stands in the request: its `name` or `parent` field, or nowhere.
  enum class TenantFrom { kName, kParent, kNone } tenant_from = TenantFrom::kName;
  // Whether a refusal of a member is written to the tenant's audit chain.
  bool audit_refusal = true;
};

// Full method name -> policy, for every method of every service (rpc/method_policy.cc).
const std::map<std::string, MethodPolicy>& MethodPolicies();

}  // namespace oboro::platform

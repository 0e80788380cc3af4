#pragma once

#include <array>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// What kind of thing is asked of a tenant. Every RPC method has one (rpc/method_policy.h), and
// every job runs as kKeys.
enum class GateClass {
  kHead,   // The tenant's own row, usage and who is member: nothing that a key protects.
  kAudit,  // Reading the chain of events.
  kRead,   // Reading rows about data.
  kWrite,  // Changing rows.
  kKeys,   // Anything that uses the tenant's keys.
  kLife,   // Changing the state; the transition table decides further.
};

// Answers OK, or FAILED_PRECONDITION with reason TENANT_SUSPENDED, TENANT_SEALED or
// TENANT_SHREDDED.
absl::Status CheckGate(GateClass gate, TenantState state);

// What changes a tenant's state.
enum class LifeVerb { kSuspend, kResume, kSeal, kShred };

// The state that `verb` leads to (a verb asked for again where it leads already is no error), or
// the reason of CheckGate that forbids it.
absl::StatusOr<TenantState> NextState(LifeVerb verb, TenantState state);

// ACTIVE, SUSPENDED, SEALED, SHREDDED: how rows and documents write a state.
absl::string_view StateName(TenantState state);
absl::StatusOr<TenantState> ParseState(absl::string_view name);

// The two tables as Markdown (the second as a Mermaid state diagram): the part of
// docs/architecture.md between its generated marks. A test compares.
std::string GateTableMarkdown();

}  // namespace oboro::platform

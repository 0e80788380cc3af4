#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "services/aggregation/basis.h"
#include "services/aggregation/deps.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/jobs/child_process.h"

namespace oboro::aggregation {

// What a child made of an abstraction.
struct FromAbstraction {
  platform::ChildResult child;
  nlohmann::json result;  // child.result, read.
};

// The data key of the abstraction of `basis`.
absl::StatusOr<platform::SecretBytes> AbstractionKey(const Deps& deps,
                                                     const platform::TenantContext& tenant,
                                                     const Basis& basis);

// Runs `request` in a child that is fed the abstraction (input "abstraction"). Its bytes are held
// to be those that the verdict is about: VERDICT_INVALID otherwise.
absl::StatusOr<FromAbstraction> RunOnAbstraction(const Deps& deps,
                                                 const platform::TenantContext& tenant,
                                                 const Basis& basis,
                                                 const platform::SecretBytes& key,
                                                 platform::ChildRequest request);

}  // namespace oboro::aggregation

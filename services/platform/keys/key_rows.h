#pragma once

#include "absl/status/status.h"
#include "services/platform/base/status.h"

namespace oboro::platform {

// What data_keys.cc and tenant_keys.cc share.

// Stands for the object in the AAD of the tenant's pseudonym key.
inline constexpr char kPseudonymObjectId[] = "pseudonym";

inline absl::Status TenantKeysMissing() {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"TENANT_KEYS_MISSING",
                        "The tenant has no key in use: it was shredded, or making it was not "
                        "finished.",
                        "この団体には使用できる鍵がありません。",
                        {}});
}

}  // namespace oboro::platform

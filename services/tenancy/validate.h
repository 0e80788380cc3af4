#pragma once

#include <string>

#include "absl/status/status.h"
#include "oboro/tenancy/v1/tenancy.pb.h"

namespace oboro::tenancy {

// Pure checks of requests; each answers INVALID_ARGUMENT with the field and what it must be.
absl::Status ValidateCreateTenant(const v1::CreateTenantRequest& request);
absl::Status ValidatePrincipal(const v1::Principal& principal, const std::string& field);
absl::Status ValidateQuota(const v1::Quota& quota);
absl::Status ValidateDisplayName(const std::string& name);
// [a-z][a-z0-9-]{1,62}
absl::Status ValidateChosenId(const std::string& id, const std::string& field);

}  // namespace oboro::tenancy

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "oboro/tenancy/v1/tenancy.pb.h"

namespace oboro::tenancy {

// Pure checks of requests; each answers INVALID_ARGUMENT with the field and what it must be.
absl::Status ValidateCreateTenant(const v1::CreateTenantRequest& request);
absl::Status ValidatePrincipal(const v1::Principal& principal, const std::string& field);
absl::Status ValidateQuota(const v1::Quota& quota);
absl::Status ValidateDisplayName(const std::string& name);
// What colleagues call a person, in NFC and without blanks around it; may be empty. At most 100
// characters, none that controls or reorders the line it is shown in.
absl::StatusOr<std::string> NormalizeMemberName(const std::string& name);
// [a-z][a-z0-9-]{1,62}
absl::Status ValidateChosenId(const std::string& id, const std::string& field);

}  // namespace oboro::tenancy

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/table_request.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// Filters' values may be personal values. In a job's parameters they stand encrypted under the data
// key of the abstraction `object_id`, whoever destroys which makes the job void anyway.

// Base64; empty for no filters.
absl::StatusOr<std::string> SealFilters(const platform::TenantContext& tenant,
                                        const std::string& object_id,
                                        const platform::SecretBytes& key,
                                        const std::vector<FilterSpec>& filters);
absl::StatusOr<std::vector<FilterSpec>> OpenFilters(const platform::TenantContext& tenant,
                                                    const std::string& object_id,
                                                    const platform::SecretBytes& key,
                                                    const std::string& sealed);

}  // namespace oboro::aggregation

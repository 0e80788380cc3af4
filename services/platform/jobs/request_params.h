#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// The params of the job that this request_id queued before, if any (nothing for ""): what a handler
// resolved for the first request ("the newest version") holds for its repetition too.
absl::StatusOr<std::optional<std::string>> ParamsOfRequest(pqxx::work& tx,
                                                           const TenantContext& tenant,
                                                           const std::string& kind,
                                                           const std::string& request_id);

}  // namespace oboro::platform

#pragma once

#include <cstdint>
#include <pqxx/pqxx>

#include "absl/status/status.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// What a transaction adds to a tenant's usage counters (negative: gives back).
struct UsageChange {
  int64_t bytes = 0;
  int64_t rows = 0;
  double worker_seconds = 0;
};

// Adds to the counters in `tx`; they never fall below 0.
absl::Status AddUsage(pqxx::work& tx, const TenantContext& tenant, const UsageChange& change);

// Checks that `more_bytes` can still be stored and that a snapshot may have `rows` records.
// Otherwise answers RESOURCE_EXHAUSTED, reason QUOTA_BYTES or QUOTA_ROWS, with limit and figure.
absl::Status CheckQuota(pqxx::work& tx, const TenantContext& tenant, int64_t more_bytes,
                        int64_t rows);

}  // namespace oboro::platform

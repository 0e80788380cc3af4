#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/statistic_rows.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// A statistic's cells as they were stored, in the table's order.
struct StoredCell {
  std::vector<int32_t> members;  // Index into the dimension's members.
  std::optional<int64_t> value;  // Where `status` is VALUE; none for the mean of nobody.
  std::string status;            // VALUE, SUPPRESSED_PRIMARY or SUPPRESSED_SECONDARY.
};

// A statistic that was opened for reading its cells.
struct OpenedStatistic {
  StatisticRow row;
  Detail detail;
  platform::SecretBytes key;
};

// Reads the row and unwraps the data key in one transaction that records `action`.
absl::StatusOr<OpenedStatistic> OpenStatistic(const Deps& deps, const platform::CallContext& call,
                                              const std::string& name, const std::string& action);

// Decrypts the statistic's object. DATA_LOSS when it is not as it was written.
absl::StatusOr<std::vector<StoredCell>> LoadCells(const Deps& deps,
                                                  const platform::TenantContext& tenant,
                                                  const OpenedStatistic& opened);

}  // namespace oboro::aggregation

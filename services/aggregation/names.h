#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::aggregation {

std::string StatisticName(absl::string_view tenant, absl::string_view statistic);

// The statistic's id of "tenants/{tenant}/statistics/{statistic}"; INVALID_NAME otherwise.
absl::StatusOr<std::string> ParseStatisticName(absl::string_view name);

std::string JointName(absl::string_view tenant, absl::string_view joint);
// The id of "tenants/{tenant}/jointStatistics/{joint}"; INVALID_NAME otherwise.
absl::StatusOr<std::string> ParseJointName(absl::string_view name);

// OK when `name` is a resource of `tenant` that matches `pattern` ("tenants/*/verdicts/*").
// NOT_FOUND, as for one that does not exist, when it is another tenant's.
absl::Status CheckOwnName(absl::string_view tenant, absl::string_view name,
                          absl::string_view pattern);

}  // namespace oboro::aggregation

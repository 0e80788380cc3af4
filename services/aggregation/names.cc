#include "services/aggregation/names.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {

std::string StatisticName(absl::string_view tenant, absl::string_view statistic) {
  return absl::StrCat("tenants/", tenant, "/statistics/", statistic);
}

absl::StatusOr<std::string> ParseStatisticName(absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/statistics/*"));
  return ids[1];
}

std::string JointName(absl::string_view tenant, absl::string_view joint) {
  return absl::StrCat("tenants/", tenant, "/jointStatistics/", joint);
}

absl::StatusOr<std::string> ParseJointName(absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/jointStatistics/*"));
  return ids[1];
}

absl::Status CheckOwnName(absl::string_view tenant, absl::string_view name,
                          absl::string_view pattern) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, platform::ParseName(name, pattern));
  return ids[0] == tenant ? absl::OkStatus() : platform::NotFoundError();
}

}  // namespace oboro::aggregation

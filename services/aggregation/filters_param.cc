#include "services/aggregation/filters_param.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "services/aggregation/detail.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr char kFilters[] = "filters";

}  // namespace

absl::StatusOr<std::string> SealFilters(const platform::TenantContext& tenant,
                                        const std::string& object_id,
                                        const platform::SecretBytes& key,
                                        const std::vector<FilterSpec>& filters) {
  if (filters.empty()) return std::string();
  TableSpec spec;
  spec.filters = filters;
  ASSIGN_OR_RETURN(const std::string sealed,
                   SealText(tenant, object_id, kFilters, key, ToJson(spec).dump()));
  return absl::Base64Escape(sealed);
}

absl::StatusOr<std::vector<FilterSpec>> OpenFilters(const platform::TenantContext& tenant,
                                                    const std::string& object_id,
                                                    const platform::SecretBytes& key,
                                                    const std::string& sealed) {
  if (sealed.empty()) return std::vector<FilterSpec>();
  std::string bytes;
  if (!absl::Base64Unescape(sealed, &bytes)) return absl::DataLossError("filters are no base64");
  ASSIGN_OR_RETURN(const std::string text, OpenText(tenant, object_id, kFilters, key, bytes));
  ASSIGN_OR_RETURN(const TableSpec spec, SpecFromJson(nlohmann::json::parse(text, nullptr, false)));
  return spec.filters;
}

}  // namespace oboro::aggregation

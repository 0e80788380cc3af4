#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// What a statistic's row keeps encrypted: its members' labels, its filters' values and the
// evidence.
struct Detail {
  struct Dimension {
    std::string column;
    std::vector<std::string> within;
    std::vector<std::string> members;
    std::vector<int32_t> parents;
  };
  std::vector<Dimension> dimensions;
  nlohmann::json filters = nlohmann::json::array();  // [{"column", "values": [...]}]
  nlohmann::json evidence = nlohmann::json::object();
};

nlohmann::json ToJson(const Detail& detail);
absl::StatusOr<Detail> DetailFromJson(const nlohmann::json& json);

// Encrypts a text under the data key of object `object_id`, bound to the tenant, the object and
// what it is for (docs/stream-format.md, stream "{object}/{what}").
absl::StatusOr<std::string> SealText(const platform::TenantContext& tenant,
                                     const std::string& object_id, absl::string_view what,
                                     const platform::SecretBytes& key, absl::string_view text);
// DATA_LOSS, STREAM_CORRUPT, when it is not as it was sealed.
absl::StatusOr<std::string> OpenText(const platform::TenantContext& tenant,
                                     const std::string& object_id, absl::string_view what,
                                     const platform::SecretBytes& key, const std::string& sealed);

// Encrypts the detail of the statistic whose cells are object `object_id`, under that object's data
// key and bound to the tenant and the object (docs/stream-format.md, stream "{object}/detail").
absl::StatusOr<std::string> SealDetail(const platform::TenantContext& tenant,
                                       const std::string& object_id,
                                       const platform::SecretBytes& key,
                                       const nlohmann::json& detail);
// DATA_LOSS, STREAM_CORRUPT, when it is not as it was sealed.
absl::StatusOr<Detail> OpenDetail(const platform::TenantContext& tenant,
                                  const std::string& object_id, const platform::SecretBytes& key,
                                  const std::string& sealed);

}  // namespace oboro::aggregation

#include "services/aggregation/detail.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/stream.h"

namespace oboro::aggregation {
namespace {

constexpr char kDetail[] = "detail";

platform::StreamId StreamOf(const platform::TenantContext& tenant, const std::string& object_id,
                            absl::string_view what) {
  return {tenant.id(), absl::StrCat(object_id, "/", what)};
}

}  // namespace

nlohmann::json ToJson(const Detail& detail) {
  nlohmann::json dimensions = nlohmann::json::array();
  for (const auto& dimension : detail.dimensions) {
    dimensions.push_back({{"column", dimension.column},
                          {"within", dimension.within},
                          {"members", dimension.members},
                          {"parents", dimension.parents}});
  }
  return {{"dimensions", dimensions}, {"filters", detail.filters}, {"evidence", detail.evidence}};
}

absl::StatusOr<Detail> DetailFromJson(const nlohmann::json& json) {
  Detail detail;
  try {
    for (const auto& dimension : json.at("dimensions")) {
      detail.dimensions.push_back({dimension.at("column").get<std::string>(),
                                   dimension.at("within").get<std::vector<std::string>>(),
                                   dimension.at("members").get<std::vector<std::string>>(),
                                   dimension.at("parents").get<std::vector<int32_t>>()});
    }
    detail.filters = json.at("filters");
    detail.evidence = json.at("evidence");
  } catch (const nlohmann::json::exception&) {
    return absl::DataLossError("a statistic's detail has another form than ours");
  }
  return detail;
}

absl::StatusOr<std::string> SealText(const platform::TenantContext& tenant,
                                     const std::string& object_id, absl::string_view what,
                                     const platform::SecretBytes& key, absl::string_view text) {
  std::string sealed;
  platform::StreamEncryptor stream(StreamOf(tenant, object_id, what), key, 0,
                                   [&sealed](absl::string_view bytes) {
                                     sealed.append(bytes.data(), bytes.size());
                                     return absl::OkStatus();
                                   });
  RETURN_IF_ERROR(stream.Write(text));
  RETURN_IF_ERROR(stream.Finish());
  return sealed;
}

absl::StatusOr<std::string> OpenText(const platform::TenantContext& tenant,
                                     const std::string& object_id, absl::string_view what,
                                     const platform::SecretBytes& key, const std::string& sealed) {
  size_t at = 0;
  platform::StreamDecryptor stream(StreamOf(tenant, object_id, what), key,
                                   [&](char* buffer, size_t room) -> absl::StatusOr<size_t> {
                                     const size_t size = std::min(room, sealed.size() - at);
                                     std::memcpy(buffer, sealed.data() + at, size);
                                     at += size;
                                     return size;
                                   });
  std::string text;
  while (true) {
    ASSIGN_OR_RETURN(const absl::string_view piece, stream.Read());
    if (piece.empty()) break;
    text.append(piece.data(), piece.size());
  }
  return text;
}

absl::StatusOr<std::string> SealDetail(const platform::TenantContext& tenant,
                                       const std::string& object_id,
                                       const platform::SecretBytes& key,
                                       const nlohmann::json& detail) {
  return SealText(tenant, object_id, kDetail, key, detail.dump());
}

absl::StatusOr<Detail> OpenDetail(const platform::TenantContext& tenant,
                                  const std::string& object_id, const platform::SecretBytes& key,
                                  const std::string& sealed) {
  ASSIGN_OR_RETURN(const std::string text, OpenText(tenant, object_id, kDetail, key, sealed));
  return DetailFromJson(nlohmann::json::parse(text, nullptr, false));
}

}  // namespace oboro::aggregation

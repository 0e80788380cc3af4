#include "services/upload/file_format.h"

#include <nlohmann/json.hpp>

#include "services/upload/check/dataset_schema.h"

namespace oboro::upload {
namespace {

nlohmann::json Parse(absl::string_view text) {
  return nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
}

}  // namespace

std::string FileFormatJson(absl::string_view schema_yaml, absl::string_view kept_profile) {
  if (schema_yaml.empty()) return "";
  const auto schema = ParseDatasetSchema(std::string_view(schema_yaml.data(), schema_yaml.size()));
  if (!schema.ok()) return "";
  const std::optional<civic::TableProfile> profile = ProfileOf(kept_profile);
  const civic::TableFormat& format = profile.has_value() ? profile->format : schema->format;
  nlohmann::json columns = nlohmann::json::array();
  for (const ColumnSchema& column : schema->columns) columns.push_back(column.name);
  nlohmann::json out = {{"encoding", civic::EncodingName(format.encoding)},
                        {"delimiter", std::string(1, format.delimiter)},
                        {"columns", columns}};
  if (profile.has_value()) out["profile"] = Parse(civic::ProfileJson(*profile));
  return out.dump();
}

std::string KeptProfile(absl::string_view name, absl::string_view profile_json) {
  return nlohmann::json{{"name", std::string(name)}, {"profile", Parse(profile_json)}}.dump();
}

std::string ProfileNameOf(absl::string_view kept) {
  const nlohmann::json json = Parse(kept);
  return json.is_object() ? json.value("name", "") : "";
}

std::optional<civic::TableProfile> ProfileOf(absl::string_view kept) {
  const nlohmann::json json = Parse(kept);
  if (!json.is_object() || !json.contains("profile")) return std::nullopt;
  auto profile = civic::ParseProfileJson(json["profile"].dump());
  if (!profile.ok()) return std::nullopt;
  return *std::move(profile);
}

}  // namespace oboro::upload

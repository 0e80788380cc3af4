#include "services/upload/file_format.h"

#include <nlohmann/json.hpp>

#include "services/upload/check/dataset_schema.h"

namespace oboro::upload {

std::string FileFormatJson(absl::string_view schema_yaml) {
  if (schema_yaml.empty()) return "";
  const auto schema = ParseDatasetSchema(std::string_view(schema_yaml.data(), schema_yaml.size()));
  if (!schema.ok()) return "";
  nlohmann::json columns = nlohmann::json::array();
  for (const ColumnSchema& column : schema->columns) columns.push_back(column.name);
  return nlohmann::json{{"encoding", civic::EncodingName(schema->format.encoding)},
                        {"delimiter", std::string(1, schema->format.delimiter)},
                        {"columns", columns}}
      .dump();
}

}  // namespace oboro::upload

#include "services/upload/findings.h"

#include <nlohmann/json.hpp>

namespace oboro::upload {

std::string EncodeFinding(const StoredFinding& finding) {
  const nlohmann::json line = {finding.row,   finding.column,  finding.rule,      finding.severity,
                               finding.value, finding.message, finding.message_en};
  // The value comes from an uploaded file: bytes that are no UTF-8 become U+FFFD.
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

absl::StatusOr<StoredFinding> DecodeFinding(absl::string_view line) {
  const nlohmann::json parsed = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
  if (!parsed.is_array() || parsed.size() != 7 || !parsed[0].is_number_integer()) {
    return absl::DataLossError("a stored finding is not readable");
  }
  for (size_t i = 1; i < 7; ++i) {
    if (!parsed[i].is_string()) return absl::DataLossError("a stored finding is not readable");
  }
  return StoredFinding{parsed[0].get<int64_t>(),     parsed[1].get<std::string>(),
                       parsed[2].get<std::string>(), parsed[3].get<std::string>(),
                       parsed[4].get<std::string>(), parsed[5].get<std::string>(),
                       parsed[6].get<std::string>()};
}

}  // namespace oboro::upload

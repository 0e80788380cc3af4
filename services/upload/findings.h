#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::upload {

// Of each rule the first so many findings, in the order of the records, stand in the object; the
// others are counted.
inline constexpr size_t kMaxListedPerRule = 10000;

// A finding as the encrypted findings object holds it: one JSON array a line,
// [row, column, rule, "ERROR"|"ALERT", value, message_ja, message_en], by row and column.
struct StoredFinding {
  int64_t row = 0;
  std::string column;
  std::string rule;
  std::string severity;
  std::string value;
  std::string message;
  std::string message_en;
};

// Ends with a newline; a line feed inside a text is escaped by JSON.
std::string EncodeFinding(const StoredFinding& finding);
// DATA_LOSS for anything that EncodeFinding does not write.
absl::StatusOr<StoredFinding> DecodeFinding(absl::string_view line);

}  // namespace oboro::upload

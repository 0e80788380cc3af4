#include "services/platform/db/sql.h"

#include <cstdint>
#include <stdexcept>

namespace oboro::platform {

std::string SqlTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6S%Ez", time, absl::UTCTimeZone());
}

absl::Time TimeOf(const pqxx::field& field) {
  if (field.is_null()) return absl::InfinitePast();
  absl::Time time;
  std::string error;
  // The server writes "2026-11-21 00:00:00.123456+00".
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%E*S%Ez", TextOf(field), &time, &error)) {
    throw std::invalid_argument("not a timestamptz column");
  }
  return time;
}

std::string BytesOf(const pqxx::field& field) {
  if (field.is_null()) return "";
  const pqxx::binarystring bytes(field);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace oboro::platform

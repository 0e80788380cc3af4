#pragma once

#include <pqxx/pqxx>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace oboro::platform {

// What rows and our types exchange. Sessions are in UTC with ISO dates (db.cc).

// A timestamptz parameter, to the microsecond, which is all that PostgreSQL keeps.
std::string SqlTime(absl::Time time);
// A timestamptz column; InfinitePast for NULL.
absl::Time TimeOf(const pqxx::field& field);

// A bytea parameter and column (empty for NULL).
inline pqxx::binarystring SqlBytes(absl::string_view bytes) {
  return pqxx::binarystring(bytes.data(), bytes.size());
}
std::string BytesOf(const pqxx::field& field);

// A text column; empty for NULL.
inline std::string TextOf(const pqxx::field& field) {
  return field.is_null() ? std::string() : std::string(field.c_str(), field.size());
}

}  // namespace oboro::platform

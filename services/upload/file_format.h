#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace oboro::upload {

// What another service needs to read a snapshot's file, out of the dataset's schema:
// {"encoding": "cp932", "delimiter": ",", "columns": ["宛名番号", ...]}. Empty for
// an empty schema (a snapshot that was never completed).
std::string FileFormatJson(absl::string_view schema_yaml);

}  // namespace oboro::upload

#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/civic/layout/table_profile.h"

namespace oboro::upload {

// What another service needs to read a snapshot's file, out of the dataset's schema and the profile
// that the snapshot was opened with ("" for none): {"encoding": "cp932", "delimiter": ",",
// "columns": ["宛名番号", ...], "profile": {...} (civic::ProfileJson; only with a profile)}. Empty
// for an empty schema (a snapshot that was never completed).
std::string FileFormatJson(absl::string_view schema_yaml, absl::string_view kept_profile);

// What a snapshot keeps of the profile it was opened with: {"name": resource name, "profile": {}}.
std::string KeptProfile(absl::string_view name, absl::string_view profile_json);

// The parts of it; empty and nullopt for "".
std::string ProfileNameOf(absl::string_view kept);
std::optional<civic::TableProfile> ProfileOf(absl::string_view kept);

}  // namespace oboro::upload

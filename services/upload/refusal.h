#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::upload {

// An error as JSON, as upload.snapshots.refusal keeps it: a second attempt of a check that refused
// its snapshot must end with the same words.
std::string EncodeRefusal(const absl::Status& status);
// INTERNAL when `json` is not what EncodeRefusal writes.
absl::Status DecodeRefusal(absl::string_view json);

}  // namespace oboro::upload

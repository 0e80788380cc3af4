#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::cli {

// The whole of a small file; the error names the path and what to do.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// At most `bytes` from the beginning of a file of any size.
absl::StatusOr<std::string> ReadHead(const std::string& path, size_t bytes);

// Writes through a temporary name in the same folder, so that no half file is ever seen.
absl::Status WriteFile(const std::string& path, absl::string_view contents, int mode = 0644);

// A refused input of the command line: reason INVALID_INPUT.
absl::Status InvalidInput(absl::string_view message, absl::string_view message_ja);

}  // namespace oboro::cli

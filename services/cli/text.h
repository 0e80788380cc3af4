#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace oboro::cli {

// Columns that `text` takes on a terminal: East Asian wide characters take two (UAX #11).
int DisplayWidth(absl::string_view text);

// `text` with blanks to `width` columns, to the right of it or (`right`) to the left.
std::string Pad(absl::string_view text, int width, bool right = false);

// Rows under a header, columns aligned; numbers to the right.
std::string FormatTable(const std::vector<std::string>& header,
                        const std::vector<std::vector<std::string>>& rows);

// 1234567 as 1,234,567; for people only, never in files.
std::string Grouped(int64_t value);

}  // namespace oboro::cli

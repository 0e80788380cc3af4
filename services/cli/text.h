#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace oboro::cli {

// Columns that `text` takes on a terminal: East Asian wide characters take two (UAX #11).
int DisplayWidth(absl::string_view text);

// `text` with blanks to `width` columns, to the right of it or (`right`) to the left.
std::string Pad(absl::string_view text, int width, bool right = false);

// Rows under a header, columns aligned, every cell Visible; numbers to the right.
std::string FormatTable(const std::vector<std::string>& header,
                        const std::vector<std::vector<std::string>>& rows);

// `text` for a terminal: characters that control it or turn the direction of a line (values come
// from others) as \x1B, \u202E, bytes that are no UTF-8 as \xFF. Line feeds and tabs stay where
// `lines` is set.
std::string Visible(absl::string_view text, bool lines = false);

// RFC 3339, or a day, which begins in Japan. Nothing for anything else.
std::optional<absl::Time> ParseTimeOrDay(const std::string& text);

// 1234567 as 1,234,567; for people only, never in files.
std::string Grouped(int64_t value);

}  // namespace oboro::cli

#include "services/cli/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace oboro::cli {
namespace {

bool IsNumeric(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789,.-") == absl::string_view::npos;
}

// Control characters (line feed and tab among them), the marks that turn or isolate the direction
// of what follows, and separators of lines and paragraphs.
bool Controls(UChar32 c) {
  return u_charType(c) == U_CONTROL_CHAR || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) ||
         c == 0x2028 || c == 0x2029;
}

std::vector<std::string> VisibleCells(const std::vector<std::string>& cells) {
  std::vector<std::string> out;
  for (const std::string& cell : cells) out.push_back(Visible(cell));
  return out;
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), i, size, c);
    const int kind = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    width += kind == U_EA_WIDE || kind == U_EA_FULLWIDTH ? 2 : 1;
  }
  return width;
}

std::string Pad(absl::string_view text, int width, bool right) {
  const std::string blanks(static_cast<size_t>(std::max(0, width - DisplayWidth(text))), ' ');
  return right ? absl::StrCat(blanks, text) : absl::StrCat(text, blanks);
}

std::string Visible(absl::string_view text, bool lines) {
  std::string out;
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c = 0;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0) {
      for (int32_t at = begin; at < i; ++at) {
        absl::StrAppendFormat(&out, "\\x%02X", static_cast<uint8_t>(text[at]));
      }
    } else if (Controls(c) && !(lines && (c == '\n' || c == '\t'))) {
      absl::StrAppendFormat(&out, c < 0x100 ? "\\x%02X" : "\\u%04X", c);
    } else {
      out.append(text.data() + begin, static_cast<size_t>(i - begin));
    }
  }
  return out;
}

std::optional<absl::Time> ParseTimeOrDay(const std::string& text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      absl::ParseTime("%Y-%m-%d", text, absl::FixedTimeZone(9 * 3600), &time, &error)) {
    return time;
  }
  return std::nullopt;
}

std::string FormatTable(const std::vector<std::string>& raw_header,
                        const std::vector<std::vector<std::string>>& raw_rows) {
  const std::vector<std::string> header = VisibleCells(raw_header);
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : raw_rows) rows.push_back(VisibleCells(row));
  std::vector<int> widths;
  for (size_t c = 0; c < header.size(); ++c) {
    int width = DisplayWidth(header[c]);
    for (const auto& row : rows) width = std::max(width, DisplayWidth(row[c]));
    widths.push_back(width);
  }
  std::string out;
  const auto append = [&](const std::vector<std::string>& row, bool is_header) {
    std::string line;
    for (size_t c = 0; c < header.size(); ++c) {
      absl::StrAppend(&line, c == 0 ? "" : "  ",
                      Pad(row[c], widths[c], !is_header && IsNumeric(row[c])));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, line, "\n");
  };
  append(header, true);
  for (const auto& row : rows) append(row, false);
  return out;
}

std::string Grouped(int64_t value) {
  std::string digits = absl::StrCat(value < 0 ? -value : value);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return value < 0 ? "-" + digits : digits;
}

}  // namespace oboro::cli

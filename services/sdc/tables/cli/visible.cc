#include "services/sdc/tables/cli/visible.h"

#include <cstdint>
#include <cstdio>

namespace oboro::sdc::cli {
namespace {

// The character at `i` and how many bytes it takes; 0 bytes if they are no UTF-8.
struct Decoded {
  uint32_t code = 0;
  size_t bytes = 0;
};

Decoded Decode(const std::string& text, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<uint8_t>(text[k]); };
  const uint8_t first = byte(i);
  if (first < 0x80) return {first, 1};
  const size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
  if (more == 0 || first > 0xf4 || i + more >= text.size()) return {};
  uint32_t code = first & (0x3f >> more);
  for (size_t k = 1; k <= more; ++k) {
    if ((byte(i + k) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i + k) & 0x3f);
  }
  const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
  return {code, more + 1};
}

bool Obeyed(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c ||
         (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

// `lines`: line ends stay.
std::string Shown(const std::string& text, bool lines) {
  std::string shown;
  for (size_t i = 0; i < text.size();) {
    const Decoded c = Decode(text, i);
    char escaped[8];
    if (c.bytes == 0) {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<uint8_t>(text[i]));
      shown += escaped;
      ++i;
      continue;
    }
    if (Obeyed(c.code) && !(lines && c.code == '\n')) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c.code);
      shown += escaped;
    } else {
      shown.append(text, i, c.bytes);
    }
    i += c.bytes;
  }
  return shown;
}

}  // namespace

std::string Visible(const std::string& text) { return Shown(text, false); }

std::string VisibleJson(const nlohmann::ordered_json& json) {
  return Shown(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace), true);
}

}  // namespace oboro::sdc::cli

#include "services/civic/codes/mesh.h"

namespace oboro::civic {

std::optional<std::string> MeshCode(int64_t latitude, int64_t longitude, MeshLevel level) {
  constexpr int64_t kUnit = 1'000'000'000;
  if (latitude < 0 || longitude < 100 * kUnit || longitude >= 180 * kUnit) return std::nullopt;
  const int64_t y = latitude * 480 / kUnit;                   // rows of 7.5 seconds
  const int64_t x = (longitude - 100 * kUnit) * 320 / kUnit;  // columns of 11.25 seconds
  if (y >= 320 * 100) return std::nullopt;
  const auto digit = [](int64_t value) { return static_cast<char>('0' + value); };
  const int64_t p = y / 320, u = x / 320;
  std::string code;
  code += digit(p / 10);
  code += digit(p % 10);
  code += digit(u / 10);
  code += digit(u % 10);
  code += digit(y % 320 / 40);
  code += digit(x % 320 / 40);
  code += digit(y % 40 / 4);
  code += digit(x % 40 / 4);
  code += digit(2 * (y % 4 / 2) + x % 4 / 2 + 1);
  code += digit(2 * (y % 2) + x % 2 + 1);
  code.resize(static_cast<size_t>(level));
  return code;
}

std::optional<int64_t> ParseDegrees(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int64_t value = 0;
  int fraction = -1;
  int digits = 0;
  for (const char c : text) {
    if (c == '.') {
      if (fraction >= 0) return std::nullopt;
      fraction = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (fraction >= 9) continue;
    if (fraction < 0 && ++digits > 3) return std::nullopt;
    value = value * 10 + (c - '0');
    if (fraction >= 0) ++fraction;
  }
  if (digits == 0) return std::nullopt;
  for (int i = fraction < 0 ? 0 : fraction; i < 9; ++i) value *= 10;
  return negative ? -value : value;
}

}  // namespace oboro::civic

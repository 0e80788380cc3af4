#include "services/civic/codes/check_digit.h"

#include <algorithm>

namespace oboro::civic {
namespace {

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<int> MunicipalityCheckDigit(std::string_view digits) {
  if (digits.size() != 5 || !AllDigits(digits)) return std::nullopt;
  int sum = 0;
  for (size_t i = 0; i < 5; ++i) sum += (6 - static_cast<int>(i)) * (digits[i] - '0');
  if (sum < 11) return (11 - sum) % 10;
  return (11 - sum % 11) % 10;
}

bool IsMunicipalityCode(std::string_view digits) {
  if (digits.size() != 6) return false;
  const std::optional<int> check = MunicipalityCheckDigit(digits.substr(0, 5));
  return check.has_value() && digits[5] - '0' == *check;
}

std::optional<int> Mod11CheckDigit(std::string_view body) {
  if (body.empty() || !AllDigits(body)) return std::nullopt;
  int sum = 0;
  int weight = 2;
  for (size_t i = body.size(); i-- > 0;) {
    sum += weight * (body[i] - '0');
    weight = weight == 7 ? 2 : weight + 1;
  }
  const int remainder = sum % 11;
  if (remainder == 1) return std::nullopt;
  return remainder == 0 ? 0 : 11 - remainder;
}

bool HasMod11CheckDigit(std::string_view number) {
  if (number.size() < 2 || number.size() > 20) return false;
  const std::optional<int> check = Mod11CheckDigit(number.substr(0, number.size() - 1));
  return check.has_value() && number.back() - '0' == *check;
}

}  // namespace oboro::civic

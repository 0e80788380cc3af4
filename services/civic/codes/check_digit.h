#pragma once

#include <optional>
#include <string_view>

namespace oboro::civic {

/// Check digit of a 全国地方公共団体コード from its first five digits: S = 6d1+5d2+4d3+3d4+2d5; for
/// S < 11 it is (11 - S) mod 10, else (11 - S mod 11) mod 10. nullopt unless five digits.
std::optional<int> MunicipalityCheckDigit(std::string_view five_digits);

/// True for six digits whose last is the check digit.
bool IsMunicipalityCode(std::string_view six_digits);

/// Modulus 11 with weights 2..7 from the right (M11W2-7), the rule of 宛名番号 and 世帯番号. The
/// body is everything but the last digit. A remainder of 0 gives 0. A remainder of 1 would give 10,
/// which the specification leaves open: such numbers have no check digit (nullopt).
std::optional<int> Mod11CheckDigit(std::string_view body);

/// True for 2 to 20 digits whose last is the M11W2-7 check digit of the others.
bool HasMod11CheckDigit(std::string_view number);

}  // namespace oboro::civic

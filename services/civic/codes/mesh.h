#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oboro::civic {

/// Levels of JIS X 0410 regional meshes by the digits of their codes.
enum class MeshLevel { kFirst = 4, kSecond = 6, kThird = 8, kHalf = 9, kQuarter = 10 };

/// The mesh code of a position in 10^-9 degrees (JGD2011/WGS84); south-west edges are inclusive.
/// Integer arithmetic throughout: a cell border never depends on rounding. nullopt outside
/// latitude 0-66.66 and longitude 100-180, where codes do not exist.
std::optional<std::string> MeshCode(int64_t latitude_e9, int64_t longitude_e9, MeshLevel level);

/// Decimal degrees ("36.08361111") to 10^-9 degrees, further digits cut; nullopt when not a number.
std::optional<int64_t> ParseDegrees(std::string_view text);

}  // namespace oboro::civic

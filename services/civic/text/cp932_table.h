#pragma once

#include <array>
#include <cstdint>

namespace oboro::civic {

/// CP932 both ways, as flat tables. `decode[lead << 8 | trail]` and, for single bytes,
/// `decode[byte]` hold up to three bytes of UTF-8 in the low 24 bits (first byte lowest) and their
/// count in the high 8; 0 means unassigned. `encode[code point]` holds one byte (< 256) or two.
struct Cp932Table {
  std::array<uint32_t, 65536> decode;
  std::array<uint16_t, 65536> encode;
};

/// True for a byte that starts a two-byte character.
constexpr bool IsCp932Lead(unsigned char byte) {
  return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
}

/// The process-wide table, built from ICU at first use (a few milliseconds).
const Cp932Table& GetCp932Table();

}  // namespace oboro::civic

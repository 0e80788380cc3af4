#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace oboro::upload {

using Hash128 = std::array<uint64_t, 2>;

/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein 2012), keyed: whoever writes a file
/// cannot make its keys collide. O(size).
Hash128 SipHash128(const Hash128& key, std::string_view bytes);

}  // namespace oboro::upload

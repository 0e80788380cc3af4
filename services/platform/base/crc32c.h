#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace oboro::platform {

// CRC-32C (Castagnoli, RFC 3720 B.4; reflected polynomial 0x82F63B78) of `bytes`. `crc` continues
// an earlier value, 0 begins. Uses the SSE4.2 instruction where the processor has it, else a table;
// both give the same answers. The packaged Abseil (20220623) has none yet.
uint32_t Crc32c(absl::string_view bytes, uint32_t crc = 0);

namespace crc32c_internal {
uint32_t ByTable(absl::string_view bytes, uint32_t crc);
bool HasInstruction();
}  // namespace crc32c_internal

}  // namespace oboro::platform

#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/platform/keys/aes_gcm.h"
#include "services/platform/keys/stream.h"

// Bytes of docs/stream-format.md, shared by the two halves of stream.h.
namespace oboro::platform {

// "OBOROSTR", format 1, cipher 1 (AES-256-GCM), largest chunk 1 MiB.
inline constexpr std::array<uint8_t, 16> kStreamHeader = {'O', 'B', 'O', 'R', 'O',  'S',  'T', 'R',
                                                          0,   1,   0,   1,   0x00, 0x10, 0,   0};
// Four bytes, big-endian: the top bit says last, the rest the bytes of plaintext.
inline constexpr size_t kChunkPrefixBytes = 4;
inline constexpr uint32_t kLastChunkBit = 0x80000000u;
inline constexpr size_t kChunkOverhead = kChunkPrefixBytes + kGcmNonceBytes + kGcmTagBytes;
// NIST SP 800-38D 8.3: no more than 2^32 random nonces under one key.
inline constexpr uint64_t kMaxStreamChunks = uint64_t{1} << 32;

inline std::string ChunkAad(const StreamId& id, uint64_t chunk, bool last) {
  std::string aad;
  AppendLengthPrefixed("oboro-stream-1", &aad);
  AppendLengthPrefixed(id.tenant_id, &aad);
  AppendLengthPrefixed(id.object_id, &aad);
  AppendLengthPrefixed(BigEndian64(chunk), &aad);
  AppendLengthPrefixed(last ? absl::string_view("\1", 1) : absl::string_view("\0", 1), &aad);
  return aad;
}

}  // namespace oboro::platform

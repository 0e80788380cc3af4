#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"

namespace oboro::platform {

class StreamEncryptor;

// Fills the 12 bytes of a nonce.
using NonceSource = std::function<absl::Status(uint8_t* nonce)>;

// For tests alone: test vectors need nonces that are known. A nonce used twice under one key breaks
// AES-GCM, so nothing but a test may include this (tests/repository looks).
class StreamTestPeer {
 public:
  static void SetNonces(StreamEncryptor& stream, NonceSource nonces);
};

}  // namespace oboro::platform

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"

namespace oboro::platform {

inline constexpr size_t kAes256KeyBytes = 32;
inline constexpr size_t kGcmNonceBytes = 12;
inline constexpr size_t kGcmTagBytes = 16;

// Appends `field` to `out` after its length in four bytes, big-endian, so that no two lists of
// fields have the same bytes. Used for every AAD of ours.
void AppendLengthPrefixed(absl::string_view field, std::string* out);
// `value` in eight bytes, big-endian.
std::string BigEndian64(uint64_t value);

// AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags, under one key that is expanded
// once. Not thread-safe. The key schedule is wiped with the object.
class AesGcm {
 public:
  // A key of another size than 32 bytes is a fault of our own code: every call then answers
  // INTERNAL.
  explicit AesGcm(const SecretBytes& key);
  ~AesGcm();
  AesGcm(const AesGcm&) = delete;
  AesGcm& operator=(const AesGcm&) = delete;

  // Encrypts `size` bytes of `plaintext` to `ciphertext` (the same size) and writes the tag.
  absl::Status Seal(const uint8_t* nonce, absl::string_view aad, const uint8_t* plaintext,
                    size_t size, uint8_t* ciphertext, uint8_t* tag);
  // Decrypts; false when the tag does not fit: `plaintext` has then been wiped.
  bool Open(const uint8_t* nonce, absl::string_view aad, const uint8_t* ciphertext, size_t size,
            const uint8_t* tag, uint8_t* plaintext);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform

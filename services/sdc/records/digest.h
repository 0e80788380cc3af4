// SHA-256 and its keyed form, in hexadecimal, for manifests.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace oboro::sdc {

// Incremental digest with length-prefixed parts, so that no two sequences of parts collide by
// concatenation. With a key it is HMAC-SHA-256.
class Digest {
 public:
  Digest();
  explicit Digest(std::span<const uint8_t> key);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void AddNumber(uint64_t number);
  void AddText(std::string_view text);
  void AddBytes(const void* data, size_t size);  // without a length
  std::string Hex();

 private:
  void* context_;
  bool keyed_;
};

}  // namespace oboro::sdc

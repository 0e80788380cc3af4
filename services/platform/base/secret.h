#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace oboro::platform {

// Key bytes: wiped when they go, never copied by accident, never printed.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(size_t size) : bytes_(size) {}
  explicit SecretBytes(std::span<const uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { Wipe(); }

  // A copy that the caller asked for by name.
  SecretBytes Clone() const { return SecretBytes(span()); }

  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const uint8_t> span() const { return bytes_; }

  // Overwrites the bytes in a way the compiler may not drop, then empties.
  void Wipe();

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace oboro::platform

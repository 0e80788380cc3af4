// Where a loader's bytes come from. The engine itself opens no file.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace oboro::sdc {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills at most buffer.size() bytes and returns how many; 0 only at the end.
  virtual absl::StatusOr<size_t> Read(std::span<char> buffer) = 0;
};

// Bytes in memory; the caller keeps them alive.
class StringSource : public ByteSource {
 public:
  explicit StringSource(std::string_view text) : text_(text) {}
  absl::StatusOr<size_t> Read(std::span<char> buffer) override {
    const size_t n = std::min(buffer.size(), text_.size());
    std::memcpy(buffer.data(), text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
};

// An open file descriptor, which stays the caller's to close.
class FdSource : public ByteSource {
 public:
  explicit FdSource(int fd) : fd_(fd) {}
  absl::StatusOr<size_t> Read(std::span<char> buffer) override;

 private:
  int fd_;
};

}  // namespace oboro::sdc

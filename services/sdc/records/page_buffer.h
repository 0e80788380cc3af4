// Zeroed memory straight from the system, for large arrays that are written all over: on huge pages
// where the system has them, so that neither first touches nor the TLB cost much.
#pragma once

#include <cstddef>
#include <cstdint>

namespace oboro::sdc {

class PageBuffer {
 public:
  // Maps `bytes` bytes, aligned to a page at least. Pages that are never touched cost no memory.
  // Throws std::bad_alloc as the containers do.
  explicit PageBuffer(uint64_t bytes);
  ~PageBuffer();
  PageBuffer(const PageBuffer&) = delete;
  PageBuffer& operator=(const PageBuffer&) = delete;

  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(data_);
  }

 private:
  void* mapping_;
  uint64_t mapped_;
  std::byte* data_;
};

}  // namespace oboro::sdc

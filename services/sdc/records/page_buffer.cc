#include "services/sdc/records/page_buffer.h"

#include <sys/mman.h>

#include <new>

namespace oboro::sdc {

namespace {
constexpr uint64_t kHugePage = uint64_t{2} << 20;
}

PageBuffer::PageBuffer(uint64_t bytes) {
  // A huge page must be aligned to its own size; a buffer smaller than one needs no such care.
  const bool huge = bytes >= kHugePage;
  mapped_ = huge ? bytes + kHugePage : bytes == 0 ? 1 : bytes;
  mapping_ = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping_ == MAP_FAILED) throw std::bad_alloc();
  auto address = reinterpret_cast<uintptr_t>(mapping_);
  if (huge) {
    address = (address + kHugePage - 1) / kHugePage * kHugePage;
    // Advice only: where it is refused the buffer works on small pages.
    (void)::madvise(reinterpret_cast<void*>(address), bytes, MADV_HUGEPAGE);
  }
  data_ = reinterpret_cast<std::byte*>(address);
}

PageBuffer::~PageBuffer() { ::munmap(mapping_, mapped_); }

}  // namespace oboro::sdc

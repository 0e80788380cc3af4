#include "services/sdc/records/page_buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace oboro::sdc {

namespace {
constexpr uint64_t kHugePage = uint64_t{2} << 20;
// From here on a huge page that is used in part is cheaper than many small ones.
constexpr uint64_t kWorthHuge = kHugePage / 8;
}  // namespace

PageBuffer::PageBuffer(uint64_t bytes) {
  const bool huge = bytes >= kWorthHuge;
  // A huge page lies wholly within the mapping and is aligned to its own size.
  if (huge) bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  mapped_ = huge ? bytes + kHugePage : std::max<uint64_t>(bytes, 1);
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

// A dictionary from field bytes to codes, for a loader's inner loop: most fields are short, and two
// machine words decide them without a byte loop.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace oboro::sdc {

class ValueCoder {
 public:
  ValueCoder() : slots_(64) {}

  // The code of [p, p + n), entered if new. 8 bytes from p must be readable even if n < 8.
  uint32_t Code(const char* p, size_t n) {
    uint64_t low, high;
    Words(p, n, &low, &high);
    const uint64_t hash =
        (low ^ (high * 0xC2B2AE3D27D4EB4Full) ^ (n << 56)) * 0x9E3779B97F4A7C15ull;
    uint64_t i = hash >> shift_;
    for (;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.code == kEmpty) return Insert(i, low, high, p, n);
      if (slot.low == low && slot.high == high && slot.size == n &&
          (n <= 16 || std::memcmp(values_[slot.code].data(), p, n) == 0)) {
        return slot.code;
      }
    }
  }
  // Entered values in the order of their codes.
  const std::vector<std::string>& values() const { return values_; }
  uint32_t size() const { return static_cast<uint32_t>(values_.size()); }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  struct Slot {
    uint64_t low = 0, high = 0;
    uint32_t size = 0;
    uint32_t code = kEmpty;
  };

  static void Words(const char* p, size_t n, uint64_t* low, uint64_t* high) {
    std::memcpy(low, p, 8);
    *high = 0;
    if (n < 8) {
      *low &= (uint64_t{1} << (8 * n)) - 1;
    } else if (n <= 16) {
      std::memcpy(high, p + n - 8, 8);
    } else {
      *high = HashLong(p, n);
    }
  }
  static uint64_t HashLong(const char* p, size_t n) {
    uint64_t hash = n;
    for (size_t i = 0; i + 8 <= n; i += 8) {
      uint64_t word;
      std::memcpy(&word, p + i, 8);
      hash = (hash ^ word) * 0x9E3779B97F4A7C15ull;
      hash ^= hash >> 29;
    }
    uint64_t word;
    std::memcpy(&word, p + n - 8, 8);
    hash = (hash ^ word) * 0xC2B2AE3D27D4EB4Full;
    return hash ^ (hash >> 31);
  }
  uint32_t Insert(uint64_t at, uint64_t low, uint64_t high, const char* p, size_t n) {
    const uint32_t code = size();
    values_.emplace_back(p, n);
    slots_[at] = {low, high, static_cast<uint32_t>(n), code};
    if (2 * values_.size() > slots_.size()) Grow();
    return code;
  }
  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    --shift_;
    for (const Slot& slot : old) {
      if (slot.code == kEmpty) continue;
      const uint64_t hash = (slot.low ^ (slot.high * 0xC2B2AE3D27D4EB4Full) ^
                             (static_cast<uint64_t>(slot.size) << 56)) *
                            0x9E3779B97F4A7C15ull;
      uint64_t i = hash >> shift_;
      while (slots_[i].code != kEmpty) i = (i + 1) & mask_;
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;
  uint64_t mask_ = 63;
  int shift_ = 58;
  std::vector<std::string> values_;
};

}  // namespace oboro::sdc

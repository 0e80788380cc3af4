// Numbers of classes by size.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace oboro::sdc {

// An array for small sizes, a map for the few large ones. All widths are 64 bits: nothing wraps.
class SizeCounts {
 public:
  SizeCounts() : small_(kSmall, 0) {}
  void Add(uint64_t size, uint64_t classes = 1) {
    if (size < kSmall) {
      small_[size] += classes;
    } else {
      large_[size] += classes;
    }
  }
  void Merge(const SizeCounts& other) {
    for (uint64_t s = 1; s < kSmall; ++s) small_[s] += other.small_[s];
    for (const auto& [s, c] : other.large_) large_[s] += c;
  }
  // (size, classes), ascending, without sizes that no class has.
  std::vector<std::pair<uint64_t, uint64_t>> Histogram() const {
    std::vector<std::pair<uint64_t, uint64_t>> out;
    for (uint64_t s = 1; s < kSmall; ++s) {
      if (small_[s] > 0) out.emplace_back(s, small_[s]);
    }
    out.insert(out.end(), large_.begin(), large_.end());
    return out;
  }

 private:
  static constexpr uint64_t kSmall = 1024;
  std::vector<uint64_t> small_;
  std::map<uint64_t, uint64_t> large_;
};

}  // namespace oboro::sdc

// Class sizes of numbers below a bound: one byte for each possible number, addressed directly.
//
// Nothing is searched, compared or looked through at the end: a number costs one visit of its
// counter to count and one to clear. Sizes follow from how often a counter was left at each value:
// every class of size s or more steps from s - 1 to s exactly once, so the classes of size s are
// steps(s - 1) - steps(s).
//
// A counter wraps at kWrap (256; fewer in tests) and each wrap is written down. What wrapped f
// times and stands at r looks like f classes of kWrap and one of r, which are joined into one of f
// * kWrap + r, in 64 bits: no size is too large.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/records/page_buffer.h"
#include "services/sdc/records/size_counts.h"

namespace oboro::sdc {

template <unsigned kWrap = 256>
class DirectCounter {
  static_assert(kWrap >= 2 && kWrap <= 256 && (kWrap & (kWrap - 1)) == 0);

 public:
  // For numbers below `bound`: `bound` bytes.
  explicit DirectCounter(uint64_t bound) : bound_(bound), buffer_(bound) {}

  // Counts numbers of the current group. O(numbers).
  void Add(std::span<const uint32_t> numbers) {
    uint8_t* const counters = buffer_.as<uint8_t>();
    added_ += numbers.size();
    size_t i = 0;
    // Four tables of steps, since most steps are the same one and would wait for each other.
    for (; i + kLanes <= numbers.size(); i += kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane) Step(counters, numbers[i + lane], lane);
    }
    for (; i < numbers.size(); ++i) Step(counters, numbers[i], 0);
  }

  // Ends a group: numbers counted from here on are other classes. `numbers_of_group(fn)` calls fn
  // with the same spans that were added. O(numbers), at most O(bound).
  template <typename NumbersOfGroup>
  void EndGroup(NumbersOfGroup&& numbers_of_group) {
    if (!wrapped_.empty()) JoinWrapped();
    uint8_t* const counters = buffer_.as<uint8_t>();
    if (added_ >= bound_ / kClearAll) {
      std::fill_n(counters, bound_, uint8_t{0});
    } else {
      numbers_of_group([counters](std::span<const uint32_t> numbers) {
        for (const uint32_t n : numbers) counters[n] = 0;
      });
    }
    added_ = 0;
  }

  // Classes of all groups that were ended.
  SizeCounts Sizes() const {
    SizeCounts sizes = joined_;
    for (unsigned s = 1; s <= kWrap; ++s) {
      sizes.Add(s, Steps(s - 1) - (s < kWrap ? Steps(s) : 0) - pieces_[s]);
    }
    return sizes;
  }

 private:
  static constexpr size_t kLanes = 4;
  // Counters that are cleared in a row in the time of one that is looked up.
  static constexpr uint64_t kClearAll = 32;

  void Step(uint8_t* counters, uint32_t number, size_t lane) {
    const uint8_t at = counters[number];
    counters[number] = static_cast<uint8_t>((at + 1u) % kWrap);
    ++steps_[lane][at];
    if (at == kWrap - 1) [[unlikely]] {
      wrapped_.push_back(number);
    }
  }

  void JoinWrapped() {
    std::sort(wrapped_.begin(), wrapped_.end());
    for (size_t i = 0; i < wrapped_.size();) {
      size_t j = i;
      while (j < wrapped_.size() && wrapped_[j] == wrapped_[i]) ++j;
      const uint8_t rest = buffer_.as<uint8_t>()[wrapped_[i]];
      pieces_[kWrap] += j - i;
      if (rest > 0) ++pieces_[rest];
      joined_.Add(uint64_t{kWrap} * (j - i) + rest);
      i = j;
    }
    wrapped_.clear();
  }

  uint64_t Steps(unsigned from) const {
    uint64_t steps = 0;
    for (const auto& lane : steps_) steps += lane[from];
    return steps;
  }

  uint64_t bound_;
  PageBuffer buffer_;
  uint64_t added_ = 0;  // to the current group
  std::array<std::array<uint64_t, kWrap>, kLanes> steps_{};
  std::vector<uint32_t> wrapped_;  // a number for each of its wraps, of the current group
  // What the steps show as classes and is part of a larger one.
  std::array<uint64_t, kWrap + 1> pieces_{};
  SizeCounts joined_;
};

}  // namespace oboro::sdc

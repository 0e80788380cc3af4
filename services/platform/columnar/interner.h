#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// Numbers distinct strings 0, 1, 2 ... by first appearance. Bytes are kept once, in blocks; a
// string that is there already allocates nothing. Amortised O(length) a call.
class Interner {
 public:
  Interner() : slots_(kFirstSlots) {}

  uint32_t Code(absl::string_view text) {
    // Registers are sorted by place or household: the same value often comes again at once.
    if (!values_.empty() && values_[last_] == text) return last_;
    const size_t hash = absl::Hash<absl::string_view>{}(text);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    size_t at = hash & (slots_.size() - 1);
    while (slots_[at].code != kEmpty) {
      if (slots_[at].tag == tag && values_[slots_[at].code] == text) {
        return last_ = slots_[at].code;
      }
      at = (at + 1) & (slots_.size() - 1);
    }
    last_ = static_cast<uint32_t>(values_.size());
    slots_[at] = {tag, last_};
    values_.push_back(Keep(text));
    hashes_.push_back(hash);
    if (2 * values_.size() > slots_.size()) Grow();
    return last_;
  }

  // By code; valid as long as this is.
  const std::vector<absl::string_view>& values() const { return values_; }

 private:
  static constexpr uint32_t kEmpty = UINT32_MAX;
  static constexpr size_t kFirstSlots = 64;
  static constexpr size_t kBlockBytes = 1 << 16;
  struct Slot {
    uint32_t tag = 0;
    uint32_t code = kEmpty;
  };

  absl::string_view Keep(absl::string_view text) {
    if (text.size() > left_) {
      left_ = std::max(kBlockBytes, text.size());
      blocks_.push_back(std::make_unique<char[]>(left_));
      free_ = blocks_.back().get();
    }
    if (!text.empty()) std::memcpy(free_, text.data(), text.size());
    const absl::string_view kept(free_, text.size());
    free_ += text.size();
    left_ -= text.size();
    return kept;
  }

  void Grow() {
    std::vector<Slot> larger(2 * slots_.size());
    for (uint32_t code = 0; code < values_.size(); ++code) {
      const size_t hash = hashes_[code];
      size_t at = hash & (larger.size() - 1);
      while (larger[at].code != kEmpty) at = (at + 1) & (larger.size() - 1);
      larger[at] = {static_cast<uint32_t>(hash >> 32), code};
    }
    slots_ = std::move(larger);
  }

  std::vector<Slot> slots_;
  std::vector<absl::string_view> values_;
  std::vector<size_t> hashes_;  // By code: growing then reads no text.
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  size_t left_ = 0;
  uint32_t last_ = 0;
};

}  // namespace oboro::platform

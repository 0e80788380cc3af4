// Rolls classes up by hashing, where a node has too many possible tuples for direct addressing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/records/digit_map.h"
#include "services/sdc/records/lattice.h"

namespace oboro::sdc {

// How a slot holds a key and its count (0: free). Differs tells whether the slot is another key's
// by one test: two, of which the first is often mispredicted, would take twice as long.
template <typename Key>
struct PlainSlots {
  struct Slot {
    Key key = 0;
    uint32_t count = 0;
  };
  void Fit(const Lattice&) {}
  static Slot Make(Key key, uint32_t count) { return {key, count}; }
  static Key KeyOf(const Slot& slot) { return slot.key; }
  static uint32_t CountOf(const Slot& slot) { return slot.count; }
  static bool Differs(const Slot& slot, Key key) {
    const Key used = Key{0} - static_cast<Key>(slot.count != 0);
    return ((slot.key ^ key) & used) != 0;
  }
};

// Key and count in one word, where both fit: half the memory to clear, to probe and to read.
struct PackedSlots {
  using Slot = uint64_t;
  static bool Fits(const Lattice& lattice) { return lattice.key_bits() + CountBits(lattice) <= 64; }
  void Fit(const Lattice& lattice) {
    shift = CountBits(lattice);
    mask = (uint64_t{1} << shift) - 1;
  }
  Slot Make(uint64_t key, uint32_t count) const { return key << shift | count; }
  uint64_t KeyOf(Slot slot) const { return slot >> shift; }
  uint32_t CountOf(Slot slot) const { return static_cast<uint32_t>(slot & mask); }
  bool Differs(Slot slot, uint64_t key) const {
    const uint64_t used = uint64_t{0} - static_cast<uint64_t>(slot != 0);
    return ((slot ^ key << shift) & used) > mask;
  }

  static int CountBits(const Lattice& lattice);
  int shift = 0;
  uint64_t mask = 0;
};

// One for each thread; keeps its buffers. Key is the packed key of GroupTable. Counters are 32 bits
// wide: Lattice::Make takes no table of 2^32 - 1 records or more, so that no sum can wrap.
template <typename Key, typename Slots>
class HashFold {
 public:
  // Prepares to map up to `keys` keys on the levels `from` to keys on the levels `target`.
  void Plan(const Lattice& lattice, const LevelVector& from, const LevelVector& target,
            uint64_t keys);

  // Adds up the sizes of the classes with these keys (any order, repeated keys allowed). False once
  // there are more than `most` classes. O(keys), about one probe each.
  bool Count(std::span<const Key> keys, std::span<const uint32_t> sizes, uint64_t most);

  uint64_t RecordsBelow(uint64_t k) const;

  // The classes, in the order of their hashes.
  void Emit(std::vector<Key>* keys, std::vector<uint32_t>* sizes) const;
  // Which of the emitted classes each of the keys given to Count went to.
  void Targets(std::span<const Key> keys, std::vector<uint32_t>* targets) const;

 private:
  using Slot = typename Slots::Slot;
  static uint64_t HashOf(Key key) {
    uint64_t folded = static_cast<uint64_t>(key);
    if constexpr (sizeof(Key) > 8) {
      folded ^= static_cast<uint64_t>(key >> 64) * 0xC2B2AE3D27D4EB4Full;
    }
    // Not the partition's hash: tables come in its order, and inserting in the order of one's own
    // hash piles everything up at the front of a table that is still growing.
    folded *= 0xD6E8FEB86659FD93ull;
    folded ^= folded >> 32;
    return folded * 0xA0761D6478BD642Full;
  }
  // The slot of a key, or the free one where it belongs.
  uint64_t Find(const std::vector<Slot>& slots, Key key) const {
    uint64_t i = HashOf(key) >> (64 - slot_bits_);
    while (policy_.Differs(slots[i], key)) i = (i + 1) & (slots.size() - 1);
    return i;
  }
  void Grow();
  void CountBlock(std::span<const Key> keys, const uint32_t* sizes);

  Slots policy_;
  Key keep_ = 0;
  DigitMap<Key, Key> changed_;
  std::vector<Slot> slots_, spare_;
  int slot_bits_ = 0;
  uint64_t used_ = 0;
};

extern template class HashFold<uint64_t, PackedSlots>;
extern template class HashFold<uint64_t, PlainSlots<uint64_t>>;
extern template class HashFold<unsigned __int128, PlainSlots<unsigned __int128>>;

}  // namespace oboro::sdc

// Rolls classes up by hashing, where a node has too many possible tuples for direct addressing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/records/digit_map.h"
#include "services/sdc/records/lattice.h"

namespace oboro::sdc {

// One for each thread; keeps its buffers. Key is the packed key of GroupTable. Counters are 32 bits
// wide: Lattice::Make takes no table of 2^32 - 1 records or more, so that no sum can wrap.
template <typename Key>
class HashFold {
 public:
  // Prepares to map keys on the levels `from` to keys on the levels `target`.
  void Plan(const Lattice& lattice, const LevelVector& from, const LevelVector& target);

  // Adds up the sizes of the classes with these keys (any order, repeated keys allowed). False once
  // there are more than `most` classes. O(keys), about one probe each.
  bool Count(std::span<const Key> keys, std::span<const uint32_t> sizes, uint64_t most);

  uint64_t RecordsBelow(uint64_t k) const;

  // The classes in the order of their hashes.
  void Emit(std::vector<Key>* keys, std::vector<uint32_t>* sizes) const;
  // Which of the emitted classes each of the keys given to Count went to; ends the use of counts.
  void Targets(std::span<const Key> keys, std::vector<uint32_t>* targets);

 private:
  // Free while the count is 0.
  struct Slot {
    Key key;
    uint32_t count;
  };
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
  // Whether the slot is another key's: by one test instead of two, of which the first would often
  // be mispredicted.
  static bool Differs(const Slot& slot, Key key) {
    const Key used = Key{0} - static_cast<Key>(slot.count != 0);
    return ((slot.key ^ key) & used) != 0;
  }
  // The slot of a key, or the free one where it belongs.
  static uint64_t Find(const std::vector<Slot>& slots, int bits, Key key) {
    uint64_t i = HashOf(key) >> (64 - bits);
    while (Differs(slots[i], key)) i = (i + 1) & (slots.size() - 1);
    return i;
  }
  // Makes room for so many classes.
  void GrowFor(uint64_t classes);
  void CountBlock(std::span<const Key> keys, const uint32_t* sizes);

  Key keep_ = 0;
  DigitMap<Key, Key> changed_;
  std::vector<Slot> slots_, spare_;
  int slot_bits_ = 0;
  uint64_t used_ = 0;
};

extern template class HashFold<uint64_t>;
extern template class HashFold<unsigned __int128>;

}  // namespace oboro::sdc

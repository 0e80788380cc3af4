// The classes of one node of the lattice: their keys, sizes and, where a model asks, the counts of
// sensitive values. A coarser node's classes are made from a finer node's, never from the records.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "services/sdc/records/lattice.h"

namespace oboro::sdc {

using Key64 = uint64_t;
using Key128 = unsigned __int128;

// Classes of a node, in no particular order. Class i has sensitive values codes[begin[i]] ..
// codes[begin[i + 1] - 1] with their counts, if there are any at all.
template <typename Key>
struct GroupTable {
  LevelVector levels;
  std::vector<Key> keys;
  std::vector<uint32_t> sizes;
  std::vector<uint32_t> begin;
  std::vector<uint32_t> codes;
  std::vector<uint32_t> counts;

  size_t groups() const { return keys.size(); }
  bool has_values() const { return !begin.empty(); }
  uint64_t byte_size() const {
    return keys.size() * sizeof(Key) +
           4 * (sizes.size() + begin.size() + codes.size() + counts.size());
  }
  // What a roll-up from this table costs, in visits.
  uint64_t cost() const { return std::max(keys.size(), codes.size()); }
};

// Makes coarser tables from finer ones. One for each thread; keeps its buffers.
template <typename Key>
class RollUp {
 public:
  // `out` becomes the table of `target`, which must be at or above from.levels. In `from` a key may
  // occur more than once (a table of raw entries); in `out` it does not. False, with `out` in part,
  // as soon as there are more than `most` classes.
  bool Run(const Lattice& lattice, const GroupTable<Key>& from, const LevelVector& target,
           GroupTable<Key>* out, uint64_t most = UINT64_MAX);

 private:
  struct Change {
    int shift;
    uint64_t mask;
    std::vector<Key> to;  // shifted digit of the target level
  };
  // A class while it grows: one line of memory for each visit.
  struct Slot {
    Key key;
    uint32_t group;  // position + 1; 0 is free
    uint32_t size;
  };

  void Prepare(const Lattice& lattice, const LevelVector& from, const LevelVector& target);
  Key MapAll(Key key) const {
    Key mapped = key & keep_;
    for (size_t i = 0; i < change_count_; ++i) {
      const Change& c = changes_[i];
      mapped |= c.to[static_cast<uint64_t>(key >> c.shift) & c.mask];
    }
    return mapped;
  }
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
  void StartSlots(const Lattice& lattice, const LevelVector& target, size_t groups);
  uint32_t Add(Key key, uint32_t size, GroupTable<Key>* out);
  template <typename MapFn>
  void AddBlock(const GroupTable<Key>& from, size_t begin, size_t end, MapFn map,
                GroupTable<Key>* out);
  void Grow();
  void MergeValues(const GroupTable<Key>& from, GroupTable<Key>* out);

  Key keep_ = 0;
  std::vector<Change> changes_;
  size_t change_count_ = 0;
  std::vector<Slot> slots_;
  int slot_bits_ = 10;
  size_t grow_at_ = 0;
  std::vector<uint32_t> target_;
  std::vector<uint64_t> at_;
  std::vector<std::pair<uint32_t, uint32_t>> entries_;
  std::vector<uint64_t> dense_;
  std::vector<uint32_t> touched_;
};

// The table of level 0 straight from the records. `sensitive` are codes per record (nullptr if no
// model asks) with `sensitive_distinct` values; with them the table holds raw entries.
template <typename Key>
GroupTable<Key> BaseGroups(const Lattice& lattice, const CodeArray* sensitive,
                           uint64_t sensitive_distinct, int threads);

extern template class RollUp<Key64>;
extern template class RollUp<Key128>;
extern template GroupTable<Key64> BaseGroups(const Lattice&, const CodeArray*, uint64_t, int);
extern template GroupTable<Key128> BaseGroups(const Lattice&, const CodeArray*, uint64_t, int);

}  // namespace oboro::sdc

// The classes of one node of the lattice: their keys, sizes and, where a model asks, the counts of
// sensitive values. A coarser node's classes are made from a finer node's, never from the records.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "services/sdc/records/dense_fold.h"
#include "services/sdc/records/hash_fold.h"
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
  // occur more than once (a table of raw entries); in `out` it does not. Direct addressing where
  // the node has few possible tuples, else hashing; O(classes of from) either way. False, with
  // `out` in no particular state, if hashing finds more than `most` classes.
  bool Run(const Lattice& lattice, const GroupTable<Key>& from, const LevelVector& target,
           GroupTable<Key>* out, uint64_t most = UINT64_MAX);

  // Records of `target` in classes of fewer than k: Run without a table.
  uint64_t RecordsBelow(uint64_t k, const Lattice& lattice, const GroupTable<Key>& from,
                        const LevelVector& target);

 private:
  // Calls fn with the fold that suits, planned.
  template <typename Fn>
  auto WithFold(const Lattice& lattice, const GroupTable<Key>& from, const LevelVector& target,
                Fn&& fn);
  void MergeValues(const GroupTable<Key>& from, GroupTable<Key>* out);

  DenseFold<Key> dense_;
  HashFold<Key, PlainSlots<Key>> plain_;
  HashFold<uint64_t, PackedSlots> packed_;
  std::vector<uint32_t> target_;
  std::vector<uint64_t> at_;
  std::vector<std::pair<uint32_t, uint32_t>> entries_;
  std::vector<uint64_t> value_counts_;
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

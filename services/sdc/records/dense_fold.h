// Rolls classes up by direct addressing: where a node has few possible tuples, each has a counter
// of its own in an array, and a class of the finer node costs a few table lookups and one addition.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/records/digit_map.h"
#include "services/sdc/records/lattice.h"

namespace oboro::sdc {

// One for each thread; keeps its buffers. Key is the packed key of GroupTable. Counters are 32 bits
// wide: Lattice::Make takes no table of 2^32 - 1 records or more, so that no sum can wrap.
template <typename Key>
class DenseFold {
 public:
  // Numbers the tuples of `target` from 0 in mixed radix if there are at most `most` (below 2^32);
  // otherwise false. `from` and `target` are level vectors, from[d] <= target[d]. Time: the digits'
  // domains in pieces of about 2^11, and the square root of the cells.
  bool Plan(const Lattice& lattice, const LevelVector& from, const LevelVector& target,
            uint64_t most);

  // Adds up the sizes of the classes with these keys (on the levels `from`, any order, repeated
  // keys allowed). False if there are more than `most` classes. O(classes + cells).
  bool Count(std::span<const Key> keys, std::span<const uint32_t> sizes, uint64_t most);

  // Records of the target in classes of fewer than k. O(cells), vectorised.
  uint64_t RecordsBelow(uint64_t k) const;

  // The classes in the order of their numbers, with keys on the levels of the target.
  void Emit(std::vector<Key>* keys, std::vector<uint32_t>* sizes);
  // After Emit: which of the emitted classes each of the keys given to Count went to.
  void Targets(std::span<const Key> keys, std::vector<uint32_t>* targets);

 private:
  void PlanKeys(const Lattice& lattice, const LevelVector& target);

  DigitMap<Key, uint32_t> number_;
  std::vector<Key> low_, high_;  // a tuple's key is low_[number % size] | high_[number / size]
  uint64_t cells_ = 0, classes_ = 0;
  std::vector<uint32_t> counts_;
};

extern template class DenseFold<uint64_t>;
extern template class DenseFold<unsigned __int128>;

}  // namespace oboro::sdc

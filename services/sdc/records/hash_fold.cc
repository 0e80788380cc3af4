#include "services/sdc/records/hash_fold.h"

#include <algorithm>
#include <bit>

namespace oboro::sdc {
namespace {

constexpr size_t kBlock = 1024;  // keys between two looks at the load

// Classes that fit so many slots: up to half full while small, for short probes; up to three
// quarters beyond, for memory.
uint64_t Capacity(uint64_t slots) {
  return slots <= (uint64_t{1} << 20) ? slots / 2 : slots / 4 * 3;
}

// Classes to expect of `keys` keys when the first n had u different ones: in proportion at most,
// and otherwise twice the m of which n uniform draws show u, about n / (2 (1 - u / n)).
uint64_t Expected(uint64_t keys, uint64_t n, uint64_t u) {
  return std::min(keys * u / n, n * n / (n - u + 1));
}

}  // namespace

template <typename Key>
void HashFold<Key>::Plan(const Lattice& lattice, const LevelVector& from,
                         const LevelVector& target) {
  keep_ = 0;
  changed_.Clear();
  for (size_t d = 0; d < lattice.dimensions(); ++d) {
    const LatticeAttribute& a = lattice.attribute(d);
    if (from[d] == target[d]) {
      keep_ |= static_cast<Key>(a.digit_mask) << a.shift;
    } else if (a.label[target[d]].size() > 1) {  // one group leaves zero bits: no lookup for it
      const std::vector<uint32_t>& up = a.up[from[d]][target[d]];
      changed_.Add(a.shift, a.digit_mask, up.size(),
                   [&](size_t v) { return static_cast<Key>(up[v]) << a.shift; });
    }
  }
  slot_bits_ = std::bit_width(2 * kBlock);
  slots_.assign(size_t{1} << slot_bits_, Slot{0, 0});
  used_ = 0;
}

template <typename Key>
void HashFold<Key>::GrowFor(uint64_t classes) {
  int bits = slot_bits_;
  while (Capacity(uint64_t{1} << bits) < classes) ++bits;
  if (bits == slot_bits_) return;
  spare_.assign(size_t{1} << bits, Slot{0, 0});
  slot_bits_ = bits;
  for (const Slot& slot : slots_) {
    if (slot.count != 0) spare_[Find(spare_, bits, slot.key)] = slot;
  }
  slots_.swap(spare_);
}

template <typename Key>
bool HashFold<Key>::Count(std::span<const Key> keys, std::span<const uint32_t> sizes,
                          uint64_t most) {
  for (size_t b = 0; b < keys.size(); b += kBlock) {
    const size_t n = std::min(kBlock, keys.size() - b);
    GrowFor(used_ + kBlock);
    CountBlock(keys.subspan(b, n), sizes.data() + b);
    if (used_ > most) return false;
    if (b == 0 && n < keys.size()) GrowFor(std::min(most, Expected(keys.size(), n, used_)));
  }
  return true;
}

template <typename Key>
void HashFold<Key>::CountBlock(std::span<const Key> keys, const uint32_t* sizes) {
  Slot* const slots = slots_.data();
  const uint64_t wrap = slots_.size() - 1;
  const int shift = 64 - slot_bits_;
  const Key keep = keep_;
  uint64_t used = 0;
  changed_.ForEach(keys, [&](size_t j, Key changed) {
    const Key key = (keys[j] & keep) + changed;
    uint64_t i = HashOf(key) >> shift;
    while (Differs(slots[i], key)) i = (i + 1) & wrap;
    // A key that is new and one that is there are entered alike: only a collision costs a
    // mispredicted branch.
    used += slots[i].count == 0;
    slots[i].key = key;
    slots[i].count += sizes[j];
  });
  used_ += used;
}

template <typename Key>
uint64_t HashFold<Key>::RecordsBelow(uint64_t k) const {
  uint64_t sum = 0;
  for (const Slot& slot : slots_) sum += slot.count < k ? slot.count : 0;
  return sum;
}

template <typename Key>
void HashFold<Key>::Emit(std::vector<Key>* keys, std::vector<uint32_t>* sizes) const {
  // One beyond the classes: every slot is written, free ones are overwritten by the next.
  keys->resize(used_ + 1);
  sizes->resize(used_ + 1);
  uint64_t at = 0;
  for (const Slot& slot : slots_) {
    (*keys)[at] = slot.key;
    (*sizes)[at] = slot.count;
    at += slot.count != 0;
  }
  keys->resize(used_);
  sizes->resize(used_);
}

template <typename Key>
void HashFold<Key>::Targets(std::span<const Key> keys, std::vector<uint32_t>* targets) {
  uint32_t next = 0;
  for (Slot& slot : slots_) {
    if (slot.count != 0) slot.count = ++next;  // the number of the class and 1
  }
  targets->resize(keys.size());
  changed_.ForEach(keys, [&](size_t j, Key changed) {
    (*targets)[j] = slots_[Find(slots_, slot_bits_, (keys[j] & keep_) + changed)].count - 1;
  });
}

template class HashFold<uint64_t>;
template class HashFold<unsigned __int128>;

}  // namespace oboro::sdc

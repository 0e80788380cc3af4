#include "services/sdc/records/hash_fold.h"

#include <algorithm>
#include <bit>

namespace oboro::sdc {
namespace {

constexpr size_t kBlock = 1024;  // keys between two looks at the load

}  // namespace

int PackedSlots::CountBits(const Lattice& lattice) { return std::bit_width(lattice.records()); }

template <typename Key, typename Slots>
void HashFold<Key, Slots>::Plan(const Lattice& lattice, const LevelVector& from,
                                const LevelVector& target, uint64_t keys) {
  policy_.Fit(lattice);
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
  // A node has half as many classes as the one it comes from, if not fewer: short probes at first,
  // and little to clear and to read.
  slot_bits_ = std::bit_width(std::max<uint64_t>(2 * kBlock, keys - keys / 4));
  slots_.assign(size_t{1} << slot_bits_, Slot{});
  used_ = 0;
}

template <typename Key, typename Slots>
void HashFold<Key, Slots>::Grow() {
  spare_.assign(slots_.size() * 2, Slot{});
  ++slot_bits_;
  for (const Slot& slot : slots_) {
    if (policy_.CountOf(slot) != 0) spare_[Find(spare_, policy_.KeyOf(slot))] = slot;
  }
  slots_.swap(spare_);
}

template <typename Key, typename Slots>
bool HashFold<Key, Slots>::Count(std::span<const Key> keys, std::span<const uint32_t> sizes,
                                 uint64_t most) {
  for (size_t b = 0; b < keys.size(); b += kBlock) {
    const size_t n = std::min(kBlock, keys.size() - b);
    if (used_ + n > slots_.size() / 4 * 3) Grow();
    CountBlock(keys.subspan(b, n), sizes.data() + b);
    if (used_ > most) return false;
  }
  return true;
}

template <typename Key, typename Slots>
void HashFold<Key, Slots>::CountBlock(std::span<const Key> keys, const uint32_t* sizes) {
  Slot* const slots = slots_.data();
  const uint64_t wrap = slots_.size() - 1;
  const int shift = 64 - slot_bits_;
  const Key keep = keep_;
  const Slots policy = policy_;
  uint64_t used = 0;
  changed_.ForEach(keys, [&](size_t j, Key changed) {
    const Key key = (keys[j] & keep) + changed;
    uint64_t i = HashOf(key) >> shift;
    while (policy.Differs(slots[i], key)) i = (i + 1) & wrap;
    // A key that is new and one that is there are entered alike: only a collision costs a
    // mispredicted branch.
    const uint32_t count = policy.CountOf(slots[i]);
    used += count == 0;
    slots[i] = policy.Make(key, count + sizes[j]);
  });
  used_ += used;
}

template <typename Key, typename Slots>
uint64_t HashFold<Key, Slots>::RecordsBelow(uint64_t k) const {
  uint64_t sum = 0;
  for (const Slot& slot : slots_) {
    const uint32_t count = policy_.CountOf(slot);
    sum += count < k ? count : 0;
  }
  return sum;
}

template <typename Key, typename Slots>
void HashFold<Key, Slots>::Emit(std::vector<Key>* keys, std::vector<uint32_t>* sizes) const {
  // One beyond the classes: every slot is written, free ones are overwritten by the next.
  keys->resize(used_ + 1);
  sizes->resize(used_ + 1);
  Key* const key = keys->data();
  uint32_t* const size = sizes->data();
  uint64_t at = 0;
  for (const Slot& slot : slots_) {
    key[at] = policy_.KeyOf(slot);
    size[at] = policy_.CountOf(slot);
    at += size[at] != 0;
  }
  keys->resize(used_);
  sizes->resize(used_);
}

template <typename Key, typename Slots>
void HashFold<Key, Slots>::Targets(std::span<const Key> keys,
                                   std::vector<uint32_t>* targets) const {
  std::vector<uint32_t> number(slots_.size());
  uint32_t next = 0;
  for (size_t i = 0; i < slots_.size(); ++i) {
    number[i] = next;
    next += policy_.CountOf(slots_[i]) != 0;
  }
  targets->resize(keys.size());
  changed_.ForEach(keys, [&](size_t j, Key changed) {
    (*targets)[j] = number[Find(slots_, (keys[j] & keep_) + changed)];
  });
}

template class HashFold<uint64_t, PackedSlots>;
template class HashFold<uint64_t, PlainSlots<uint64_t>>;
template class HashFold<unsigned __int128, PlainSlots<unsigned __int128>>;

}  // namespace oboro::sdc

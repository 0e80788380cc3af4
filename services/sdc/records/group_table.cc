#include "services/sdc/records/group_table.h"

#include <algorithm>

#include "services/sdc/records/parallel.h"
#include "services/sdc/records/partition.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {

template <typename Key>
void RollUp<Key>::Prepare(const Lattice& lattice, const LevelVector& from,
                          const LevelVector& target) {
  keep_ = 0;
  change_count_ = 0;
  for (size_t d = 0; d < lattice.dimensions(); ++d) {
    const LatticeAttribute& a = lattice.attribute(d);
    if (from[d] == target[d]) {
      keep_ |= static_cast<Key>(a.digit_mask) << a.shift;
      continue;
    }
    if (a.digit_mask == 0) continue;
    if (changes_.size() == change_count_) changes_.emplace_back();
    Change& c = changes_[change_count_];
    c.shift = a.shift;
    c.mask = a.digit_mask;
    const std::vector<uint32_t>& up = a.up[from[d]][target[d]];
    // An attribute that becomes one group leaves zero bits: no lookup for it.
    if (a.label[target[d]].size() == 1) continue;
    c.to.resize(up.size());
    for (size_t i = 0; i < up.size(); ++i) c.to[i] = static_cast<Key>(up[i]) << a.shift;
    ++change_count_;
  }
}

// Up to half full while small, for short probes; up to three quarters beyond, for memory.
static size_t GrowAt(size_t slots) {
  return slots <= (size_t{1} << 20) ? slots / 2 : slots / 4 * 3;
}

template <typename Key>
void RollUp<Key>::StartSlots(const Lattice& lattice, const LevelVector& target, size_t groups) {
  // Room for as many classes as there can be, where that is little; larger tables grow as needed.
  uint64_t most = std::min<uint64_t>(groups, uint64_t{1} << 15);
  uint64_t domain = 1;
  for (size_t d = 0; d < target.size() && domain < most; ++d) {
    domain *= lattice.attribute(d).label[target[d]].size();
  }
  most = std::min(most, domain);
  slot_bits_ = std::max(6, static_cast<int>(std::bit_width(most)));
  slots_.assign(size_t{1} << slot_bits_, Slot{0, 0, 0});
  grow_at_ = GrowAt(slots_.size());
}

template <typename Key>
void RollUp<Key>::Grow() {
  std::vector<Slot> old(slots_.size() * 2, Slot{0, 0, 0});
  old.swap(slots_);
  ++slot_bits_;
  grow_at_ = GrowAt(slots_.size());
  const uint64_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.group == 0) continue;
    uint64_t i = HashOf(slot.key) >> (64 - slot_bits_);
    while (slots_[i].group != 0) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

template <typename Key>
inline uint32_t RollUp<Key>::Add(Key key, uint32_t size, GroupTable<Key>* out) {
  Slot* const slots = slots_.data();
  const uint64_t mask = slots_.size() - 1;
  uint64_t i = HashOf(key) >> (64 - slot_bits_);
  while (slots[i].group != 0) {
    if (slots[i].key == key) {
      slots[i].size += size;
      return slots[i].group - 1;
    }
    i = (i + 1) & mask;
  }
  const auto group = static_cast<uint32_t>(out->keys.size());
  slots[i] = {key, group + 1, size};
  out->keys.push_back(key);
  if (out->keys.size() > grow_at_) Grow();
  return group;
}

template <typename Key>
template <typename MapFn>
void RollUp<Key>::AddBlock(const GroupTable<Key>& from, size_t begin, size_t end, MapFn map,
                           GroupTable<Key>* out) {
  const Key* keys = from.keys.data();
  const uint32_t* sizes = from.sizes.data();
  if (from.has_values()) {
    for (size_t g = begin; g < end; ++g) target_[g] = Add(map(keys[g]), sizes[g], out);
  } else {
    for (size_t g = begin; g < end; ++g) Add(map(keys[g]), sizes[g], out);
  }
}

template <typename Key>
bool RollUp<Key>::Run(const Lattice& lattice, const GroupTable<Key>& from,
                      const LevelVector& target, GroupTable<Key>* out, uint64_t most) {
  Prepare(lattice, from.levels, target);
  out->levels = target;
  out->keys.clear();
  out->sizes.clear();
  out->begin.clear();
  out->codes.clear();
  out->counts.clear();
  const size_t n = from.groups();
  StartSlots(lattice, target, n);
  if (from.has_values()) target_.resize(n);
  constexpr size_t kBlock = 4096;  // classes are counted against `most` once a block
  for (size_t begin = 0; begin < n; begin += kBlock) {
    const size_t end = std::min(n, begin + kBlock);
    if (change_count_ == 1) {
      const Key keep = keep_;
      const int shift = changes_[0].shift;
      const uint64_t mask = changes_[0].mask;
      const Key* to = changes_[0].to.data();
      AddBlock(
          from, begin, end,
          [=](Key key) { return (key & keep) | to[static_cast<uint64_t>(key >> shift) & mask]; },
          out);
    } else {
      AddBlock(from, begin, end, [this](Key key) { return MapAll(key); }, out);
    }
    if (out->groups() > most) return false;
  }
  out->sizes.resize(out->keys.size());
  for (const Slot& slot : slots_) {
    if (slot.group != 0) out->sizes[slot.group - 1] = slot.size;
  }
  if (from.has_values()) MergeValues(from, out);
  return true;
}

// Brings the entries of each target class together (a counting sort by class), then adds up equal
// values of a class over a dense array.
template <typename Key>
void RollUp<Key>::MergeValues(const GroupTable<Key>& from, GroupTable<Key>* out) {
  const size_t groups = out->groups();
  at_.assign(groups + 1, 0);
  for (size_t g = 0; g < from.groups(); ++g) {
    at_[target_[g] + 1] += from.begin[g + 1] - from.begin[g];
  }
  for (size_t g = 0; g < groups; ++g) at_[g + 1] += at_[g];
  entries_.resize(from.codes.size());
  uint32_t most = 0;
  for (size_t g = 0; g < from.groups(); ++g) {
    uint64_t& at = at_[target_[g]];
    for (uint32_t e = from.begin[g]; e < from.begin[g + 1]; ++e) {
      entries_[at++] = {from.codes[e], from.counts[e]};
      most = std::max(most, from.codes[e]);
    }
  }
  if (dense_.size() <= most) dense_.resize(most + 1, 0);
  out->begin.push_back(0);
  uint64_t e = 0;
  for (size_t g = 0; g < groups; ++g) {
    touched_.clear();
    for (; e < at_[g]; ++e) {  // at_[g] has moved to the end of class g
      const auto& [code, count] = entries_[e];
      if (dense_[code] == 0) touched_.push_back(code);
      dense_[code] += count;
    }
    for (const uint32_t code : touched_) {
      out->codes.push_back(code);
      out->counts.push_back(static_cast<uint32_t>(dense_[code]));
      dense_[code] = 0;
    }
    out->begin.push_back(static_cast<uint32_t>(out->codes.size()));
  }
}

namespace {

uint64_t OddInverse(uint64_t odd) {
  uint64_t inverse = odd;
  for (int i = 0; i < 5; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}

// Distinct (key, sensitive) pairs with their numbers, by hashing parts of the records.
void DistinctPacked(const RowKeys& rows, int threads, std::vector<uint64_t>* keys,
                    std::vector<uint32_t>* counts) {
  const uint64_t inverse = OddInverse(kHashMultiplier);
  const Partition partition(rows, threads);
  std::vector<uint64_t> distinct(partition.parts() + 1, 0);
  std::vector<HashCounter> counters(threads);
  const auto each_part = [&](auto fn) {
    RunDynamic(threads, partition.parts(), [&](int t, uint64_t p) {
      counters[t].Count(partition, p);
      fn(p, counters[t].slots());
    });
  };
  // Counting first makes the arrays exact: growing them would cost more than hashing twice.
  each_part([&](uint64_t p, const auto& slots) {
    uint64_t n = 0;
    for (const auto& slot : slots) n += slot.count != 0;
    distinct[p + 1] = n;
  });
  for (int p = 0; p < partition.parts(); ++p) distinct[p + 1] += distinct[p];
  keys->resize(distinct.back());
  counts->resize(distinct.back());
  each_part([&](uint64_t p, const auto& slots) {
    uint64_t at = distinct[p];
    for (const auto& slot : slots) {
      if (slot.count == 0) continue;
      (*keys)[at] = slot.hash * inverse;
      (*counts)[at++] = slot.count;
    }
  });
}

// Keys beyond 64 bits: sorted tuples.
void DistinctWide(const Lattice& lattice, const CodeArray* sensitive, int sensitive_shift,
                  std::vector<Key128>* keys, std::vector<uint32_t>* counts) {
  std::vector<Key128> all(lattice.records(), 0);
  const auto add = [&](const CodeArray& codes, int shift) {
    codes.Visit([&](const auto* c) {
      for (uint64_t i = 0; i < all.size(); ++i) all[i] |= static_cast<Key128>(c[i]) << shift;
    });
  };
  for (const LatticeAttribute& a : lattice.attributes()) {
    if (a.digit_mask != 0) add(lattice.table().column(a.column).codes(), a.shift);
  }
  if (sensitive != nullptr) add(*sensitive, sensitive_shift);
  std::sort(all.begin(), all.end());
  for (size_t i = 0; i < all.size();) {
    size_t j = i;
    while (j < all.size() && all[j] == all[i]) ++j;
    keys->push_back(all[i]);
    counts->push_back(static_cast<uint32_t>(j - i));
    i = j;
  }
}

}  // namespace

template <typename Key>
GroupTable<Key> BaseGroups(const Lattice& lattice, const CodeArray* sensitive,
                           uint64_t sensitive_distinct, int threads) {
  GroupTable<Key> base;
  base.levels.assign(lattice.dimensions(), 0);
  const int shift = lattice.key_bits();
  if constexpr (sizeof(Key) == 8) {
    RowKeys rows(lattice.records());
    for (const LatticeAttribute& a : lattice.attributes()) {
      if (a.digit_mask != 0) {
        rows.AddDigit(lattice.table().column(a.column).codes(), uint64_t{1} << a.shift);
      }
    }
    if (sensitive != nullptr && sensitive_distinct > 1)
      rows.AddDigit(*sensitive, uint64_t{1} << shift);
    DistinctPacked(rows, threads, &base.keys, &base.sizes);
  } else {
    DistinctWide(lattice, sensitive, shift, &base.keys, &base.sizes);
  }
  if (sensitive == nullptr) return base;
  const Key mask = shift == 8 * sizeof(Key) ? ~Key{0} : (Key{1} << shift) - 1;
  base.counts = base.sizes;
  base.codes.resize(base.keys.size());
  base.begin.resize(base.keys.size() + 1);
  for (size_t i = 0; i < base.keys.size(); ++i) {
    base.codes[i] = sensitive_distinct > 1 ? static_cast<uint32_t>(base.keys[i] >> shift) : 0;
    base.keys[i] &= mask;
    base.begin[i + 1] = static_cast<uint32_t>(i + 1);
  }
  return base;
}

template class RollUp<Key64>;
template class RollUp<Key128>;
template GroupTable<Key64> BaseGroups(const Lattice&, const CodeArray*, uint64_t, int);
template GroupTable<Key128> BaseGroups(const Lattice&, const CodeArray*, uint64_t, int);

}  // namespace oboro::sdc

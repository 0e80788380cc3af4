#include <algorithm>

#include "services/sdc/records/group_table.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/partition.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {
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

template GroupTable<Key64> BaseGroups(const Lattice&, const CodeArray*, uint64_t, int);
template GroupTable<Key128> BaseGroups(const Lattice&, const CodeArray*, uint64_t, int);

}  // namespace oboro::sdc

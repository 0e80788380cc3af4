// Radix partition of records by a hash of their key, into parts that fit a core's cache.
//
// The hash is a multiplication by an odd constant, hence a bijection: a part keeps hashes instead
// of keys, and equal hashes are equal keys.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "services/sdc/records/part_lists.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {

inline constexpr uint64_t kHashMultiplier = 0x9E3779B97F4A7C15ull;

// Leading bits of the hash that make parts of some 8192 records, at most 2048 parts.
inline int HashPartBits(uint64_t rows) {
  const uint64_t parts = std::bit_ceil(std::max<uint64_t>(1, rows / 8192));
  return static_cast<int>(std::min<uint64_t>(11, std::bit_width(parts) - 1));
}

// 2^bits parts by the leading bits of the hash; make(hash, row) gives the element. O(n q).
template <typename Element, typename Make>
PartLists<Element> ScatterByHash(const RowKeys& keys, int bits, int threads, Make make) {
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  return PartLists<Element>::template Scatter<uint64_t>(
      keys, threads, uint64_t{1} << bits, [bits, mask, &make](uint64_t key, uint64_t row) {
        const uint64_t hash = key * kHashMultiplier;
        return std::pair<uint64_t, Element>(std::rotl(hash, bits) & mask, make(hash, row));
      });
}

// The hashes of all records, part by part, each part in the order of the records. 9 bytes a record.
class Partition {
 public:
  Partition(const RowKeys& keys, int threads)
      : bits_(HashPartBits(keys.rows())),
        lists_(ScatterByHash<uint64_t>(keys, bits_, threads,
                                       [](uint64_t hash, uint64_t) { return hash; })) {}

  int parts() const { return 1 << bits_; }
  // Leading bits that are the same in all hashes of a part.
  int bits() const { return bits_; }
  uint64_t size(int part) const { return lists_.size(part); }
  // Calls fn(std::span<const uint64_t>) for pieces of the part's hashes.
  template <typename Fn>
  void ForEachPiece(int part, Fn&& fn) const {
    lists_.ForEachPiece(part, fn);
  }

 private:
  int bits_;
  PartLists<uint64_t> lists_;
};

// Counts equal hashes of one part. Reused from part to part.
class HashCounter {
 public:
  struct Slot {
    uint64_t hash;
    uint64_t count;  // 0: free
  };
  // O(records of the part), expected.
  void Count(const Partition& partition, int part) {
    const uint64_t n = partition.size(part);
    const uint64_t slots = std::bit_ceil(std::max<uint64_t>(16, n + n / 2));
    slots_.assign(slots, Slot{0, 0});
    const uint64_t mask = slots - 1;
    const int used = partition.bits(), shift = 64 - (std::bit_width(slots) - 1);
    partition.ForEachPiece(part, [&](std::span<const uint64_t> hashes) {
      for (const uint64_t hash : hashes) {
        uint64_t i = (hash << used) >> shift;
        while (slots_[i].count != 0 && slots_[i].hash != hash) i = (i + 1) & mask;
        slots_[i].hash = hash;
        ++slots_[i].count;
      }
    });
  }
  const std::vector<Slot>& slots() const { return slots_; }

 private:
  std::vector<Slot> slots_;
};

}  // namespace oboro::sdc

// Radix partition of records by a hash of their key, into parts that fit a core's cache.
//
// The hash is a multiplication by an odd constant, hence a bijection: a part keeps hashes instead
// of keys, and equal hashes are equal keys. Two passes over the codes (count, then scatter) need no
// memory beyond the n scattered keys; the scatter gathers a cache line per part before writing it.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "services/sdc/records/parallel.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {

template <typename Key>
constexpr Key kHashMultiplier =
    sizeof(Key) == 4 ? static_cast<Key>(0x9E3779B1u) : static_cast<Key>(0x9E3779B97F4A7C15ull);

// Records hashed and partitioned. Element is the hash (Key) itself.
template <typename Key>
class Partition {
 public:
  static constexpr uint64_t kBlock = 4096;
  static constexpr int kLine = 64 / sizeof(Key);

  Partition(const RowKeys& keys, int threads) : keys_(keys), threads_(threads) {
    const uint64_t parts = std::bit_ceil(std::max<uint64_t>(1, keys.rows() / 8192));
    bits_ = static_cast<int>(std::min<uint64_t>(11, std::bit_width(parts) - 1));
    Run();
  }

  int parts() const { return 1 << bits_; }
  int bits() const { return bits_; }
  std::span<const Key> part(int p) const {
    return {data_.get() + begin_[p], data_.get() + begin_[p + 1]};
  }

 private:
  size_t PartOf(Key hash) const {
    return bits_ == 0 ? 0 : static_cast<size_t>(hash >> (8 * sizeof(Key) - bits_));
  }

  template <typename Fn>
  void ForBlocks(int t, Fn&& fn) {
    const auto [begin, end] = SplitRange(keys_.rows(), threads_, t);
    std::vector<Key> block(kBlock);
    for (uint64_t b = begin; b < end; b += kBlock) {
      const uint64_t n = std::min(kBlock, end - b);
      keys_.Fill(b, n, block.data());
      for (uint64_t i = 0; i < n; ++i) block[i] *= kHashMultiplier<Key>;
      fn(block.data(), n);
    }
  }

  void Run() {
    const size_t parts = size_t{1} << bits_;
    std::vector<std::vector<uint64_t>> at(threads_, std::vector<uint64_t>(parts, 0));
    RunThreads(threads_, [&](int t) {
      ForBlocks(t, [&](const Key* block, uint64_t n) {
        for (uint64_t i = 0; i < n; ++i) ++at[t][PartOf(block[i])];
      });
    });
    begin_.assign(parts + 1, 0);
    uint64_t sum = 0;
    for (size_t p = 0; p < parts; ++p) {
      begin_[p] = sum;
      for (int t = 0; t < threads_; ++t) {
        const uint64_t count = at[t][p];
        at[t][p] = sum;
        sum += count;
      }
    }
    begin_[parts] = sum;
    // Left uninitialised: every element is written below, by the thread that will touch its page.
    data_ = std::make_unique_for_overwrite<Key[]>(sum);
    RunThreads(threads_, [&](int t) { Scatter(t, at[t]); });
  }

  // Elements gather in one line of buffer a part, aligned to the target's own line, so that a full
  // buffer is one whole line of the target; the first and last lines of a range may be partial.
  void Scatter(int t, std::vector<uint64_t>& at) {
    const size_t parts = at.size();
    std::vector<Key> buffer(parts * kLine);
    std::vector<uint64_t> start = at;
    Key* data = data_.get();
    ForBlocks(t, [&](const Key* block, uint64_t n) {
      for (uint64_t i = 0; i < n; ++i) {
        const Key hash = block[i];
        const size_t p = PartOf(hash);
        Key* line = buffer.data() + p * kLine;
        const uint64_t to = at[p]++;
        line[to % kLine] = hash;
        if (to % kLine == kLine - 1)
          Flush(data, line, std::max(start[p], to - (kLine - 1)), to + 1);
      }
    });
    for (size_t p = 0; p < parts; ++p) {
      const uint64_t from = std::max(start[p], at[p] / kLine * kLine);
      Flush(data, buffer.data() + p * kLine, from, at[p]);
    }
  }

  static void Flush(Key* data, const Key* line, uint64_t from, uint64_t to) {
    if (to - from == kLine) {
      std::memcpy(data + from, line, 64);
    } else {
      for (uint64_t i = from; i < to; ++i) data[i] = line[i % kLine];
    }
  }

  const RowKeys& keys_;
  int threads_;
  int bits_ = 0;
  std::vector<uint64_t> begin_;
  std::unique_ptr<Key[]> data_;
};

// Counts equal elements of one part. Reused from part to part; Clear costs what was used.
template <typename Key>
class HashCounter {
 public:
  struct Slot {
    Key hash;
    uint32_t count;
  };
  // Counts the part's hashes. `used` leading bits are the same in all of them.
  void Count(std::span<const Key> part, int used) {
    const uint64_t slots = std::bit_ceil(std::max<uint64_t>(16, part.size() + part.size() / 2));
    const int bits = std::bit_width(slots) - 1;
    slots_.assign(slots, Slot{0, 0});
    const uint64_t mask = slots - 1;
    const int shift = 8 * sizeof(Key) - bits;
    for (const Key hash : part) {
      uint64_t i = static_cast<Key>(hash << used) >> shift;
      while (slots_[i].count != 0 && slots_[i].hash != hash) i = (i + 1) & mask;
      slots_[i].hash = hash;
      ++slots_[i].count;
    }
  }
  const std::vector<Slot>& slots() const { return slots_; }

 private:
  std::vector<Slot> slots_;
};

}  // namespace oboro::sdc

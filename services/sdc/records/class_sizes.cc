#include "services/sdc/records/class_sizes.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <utility>
#include <vector>

#include "services/sdc/records/direct_counter.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/part_lists.h"
#include "services/sdc/records/partition.h"

namespace oboro::sdc {
namespace {

constexpr uint64_t kArrayDomain = 1u << 16;
// Counters of one part are one huge page at best, and those in use stay in the nearer caches.
constexpr int kFewestBits = 12, kBits = 21, kMostBits = 22;
// Enough parts for every thread to find work until the end.
constexpr int kPartBits = 6;
// Lines being written to, one a part, stay in that cache as well.
constexpr uint64_t kMostParts = 8192;
// A part has an overhead of its own, however few its records.
constexpr uint64_t kRecordsOfPart = 16;
// Nor does a thread pay, with counters and lists of its own, for fewer records.
constexpr uint64_t kRecordsOfThread = 1u << 16;

SizeCounts Merged(const std::vector<SizeCounts>& parts) {
  SizeCounts all;
  for (const SizeCounts& p : parts) all.Merge(p);
  return all;
}

template <typename Key>
SizeCounts CountPlanned(const RowKeys& keys, const DirectPlan& plan, int threads) {
  const uint32_t mask = (uint32_t{1} << plan.bits) - 1;
  const auto lists = PartLists<uint32_t>::Scatter<Key>(
      keys, threads, plan.parts, [&plan, mask](Key key, uint64_t) {
        return std::pair<uint64_t, uint32_t>(key >> plan.bits, static_cast<uint32_t>(key) & mask);
      });
  std::vector<SizeCounts> sizes(threads);
  std::atomic<uint64_t> next{0};
  RunThreads(threads, [&](int t) {
    DirectCounter<> counter(uint64_t{1} << plan.bits);
    for (uint64_t p; (p = next.fetch_add(1)) < plan.parts;) {
      lists.ForEachPiece(p, [&counter](std::span<const uint32_t> piece) { counter.Add(piece); });
      counter.EndGroup([&lists, p](auto clear) { lists.ForEachPiece(p, clear); });
    }
    sizes[t] = counter.Sizes();
  });
  return Merged(sizes);
}

}  // namespace

std::optional<DirectPlan> PlanDirect(uint64_t domain, uint64_t rows) {
  int bits = std::clamp(static_cast<int>(std::bit_width(domain)) - kPartBits, kFewestBits, kBits);
  const auto parts = [domain, &bits] { return ((domain - 1) >> bits) + 1; };
  while (bits < kMostBits && parts() > kMostParts) ++bits;
  if (domain == 0 || parts() > kMostParts || parts() > rows / kRecordsOfPart) return std::nullopt;
  return DirectPlan{bits, parts()};
}

SizeCounts CountByArray(const RowKeys& keys, int threads) {
  const uint64_t domain = keys.domain();
  std::vector<std::vector<uint64_t>> counts(threads, std::vector<uint64_t>(domain, 0));
  RunThreads(threads, [&](int t) {
    const auto [begin, end] = SplitRange(keys.rows(), threads, t);
    std::vector<uint32_t> block(4096);
    for (uint64_t b = begin; b < end; b += block.size()) {
      const uint64_t n = std::min<uint64_t>(block.size(), end - b);
      keys.Fill(b, n, block.data());
      for (uint64_t i = 0; i < n; ++i) ++counts[t][block[i]];
    }
  });
  SizeCounts sizes;
  for (uint64_t key = 0; key < domain; ++key) {
    uint64_t size = 0;
    for (int t = 0; t < threads; ++t) size += counts[t][key];
    if (size > 0) sizes.Add(size);
  }
  return sizes;
}

SizeCounts CountDirectly(const RowKeys& keys, const DirectPlan& plan, int threads) {
  return keys.domain() >> 32 ? CountPlanned<uint64_t>(keys, plan, threads)
                             : CountPlanned<uint32_t>(keys, plan, threads);
}

SizeCounts CountByHash(const RowKeys& keys, int threads) {
  const Partition partition(keys, threads);
  std::vector<SizeCounts> sizes(threads);
  std::vector<HashCounter> counters(threads);
  RunDynamic(threads, partition.parts(), [&](int t, uint64_t p) {
    counters[t].Count(partition, p);
    for (const auto& slot : counters[t].slots()) {
      if (slot.count > 0) sizes[t].Add(slot.count);
    }
  });
  return Merged(sizes);
}

SizeCounts CountClasses(const RowKeys& keys, int threads) {
  const uint64_t useful = keys.rows() / kRecordsOfThread + 1;
  threads = static_cast<int>(std::min<uint64_t>(threads, useful));
  if (keys.domain() <= kArrayDomain && keys.domain() <= 4 * keys.rows() + 1024) {
    return CountByArray(keys, threads);
  }
  if (const auto plan = PlanDirect(keys.domain(), keys.rows())) {
    return CountDirectly(keys, *plan, threads);
  }
  return CountByHash(keys, threads);
}

}  // namespace oboro::sdc

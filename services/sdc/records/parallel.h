// Threads for data-parallel loops. Results never depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace oboro::sdc {

// Threads asked for, or the machine's when 0; at least 1 and at most 256.
inline int ThreadCount(int asked) {
  int n = asked > 0 ? asked : static_cast<int>(std::thread::hardware_concurrency());
  return n < 1 ? 1 : n > 256 ? 256 : n;
}

// Runs fn(t) for t in [0, threads), each on a thread of its own (t = 0 on the caller's).
template <typename Fn>
void RunThreads(int threads, Fn&& fn) {
  std::vector<std::thread> pool;
  pool.reserve(threads > 0 ? threads - 1 : 0);
  for (int t = 1; t < threads; ++t) pool.emplace_back([&fn, t] { fn(t); });
  fn(0);
  for (std::thread& thread : pool) thread.join();
}

// Runs fn(t, i) for every i in [0, n); threads take the next i as they become free.
template <typename Fn>
void RunDynamic(int threads, uint64_t n, Fn&& fn) {
  if (threads > static_cast<int64_t>(n)) threads = n < 1 ? 1 : static_cast<int>(n);
  std::atomic<uint64_t> next{0};
  RunThreads(threads, [&](int t) {
    for (uint64_t i = next.fetch_add(1); i < n; i = next.fetch_add(1)) fn(t, i);
  });
}

// The i-th of parts nearly equal ranges of [0, n).
inline std::pair<uint64_t, uint64_t> SplitRange(uint64_t n, int parts, int i) {
  const uint64_t base = n / parts, rest = n % parts;
  const uint64_t begin = base * i + std::min<uint64_t>(i, rest);
  return {begin, begin + base + (static_cast<uint64_t>(i) < rest ? 1 : 0)};
}

}  // namespace oboro::sdc

#include "tests/bench/tables/timing.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace oboro::sdc {
namespace {

double ProcessorSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

Timing Median(const std::function<void()>& work) {
  std::vector<double> seconds, processor;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double before = ProcessorSeconds();
    work();
    processor.push_back(ProcessorSeconds() - before);
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  std::sort(processor.begin(), processor.end());
  return {seconds[2], processor[2]};
}

}  // namespace oboro::sdc

#include "services/platform/jobs/wake.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace oboro::platform::jobs_internal {
namespace {

struct Registry {
  std::mutex mutex;
  int64_t next = 0;
  std::map<int64_t, std::pair<std::vector<std::string>, std::function<void()>>> wakes;
};

Registry& TheRegistry() {
  static auto* const registry = new Registry;
  return *registry;
}

}  // namespace

int64_t AddWake(std::vector<std::string> kinds, std::function<void()> wake) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  registry.wakes[++registry.next] = {std::move(kinds), std::move(wake)};
  return registry.next;
}

void RemoveWake(int64_t number) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  registry.wakes.erase(number);
}

void WakeWorkers(const std::string& kind) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  for (const auto& [number, entry] : registry.wakes) {
    const auto& [kinds, wake] = entry;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) wake();
  }
}

}  // namespace oboro::platform::jobs_internal

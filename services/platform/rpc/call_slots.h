#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace oboro::platform {

// Bounds how many calls of one tenant are served at one time, so that one municipality cannot take
// the threads of the others.
class CallSlots {
 public:
  explicit CallSlots(int64_t limit) : limit_(limit) {}

  // A slot taken; given back when it goes. Null when there is none left.
  class Slot {
   public:
    Slot(CallSlots* slots, std::string tenant_id)
        : slots_(slots), tenant_id_(std::move(tenant_id)) {}
    ~Slot() { slots_->Release(tenant_id_); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    CallSlots* const slots_;
    const std::string tenant_id_;
  };
  std::unique_ptr<Slot> Take(const std::string& tenant_id) {
    absl::MutexLock lock(&mutex_);
    int64_t& used = used_[tenant_id];
    if (used >= limit_) return nullptr;
    ++used;
    return std::make_unique<Slot>(this, tenant_id);
  }

 private:
  void Release(const std::string& tenant_id) {
    absl::MutexLock lock(&mutex_);
    const auto it = used_.find(tenant_id);
    if (--it->second == 0) used_.erase(it);
  }

  const int64_t limit_;
  absl::Mutex mutex_;
  std::map<std::string, int64_t> used_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace oboro::platform

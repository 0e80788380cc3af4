#pragma once

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/platform/audit/audit_log.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// What tenancy does without being asked, tenant by tenant, once a minute: signs the audit chain's
// head where that is due, goes on with a rotation or a shredding that a crash cut off. One tenant's
// failure is logged and holds up no other.
class Housekeeping {
 public:
  Housekeeping(const Deps& deps, platform::HeadInterval interval)
      : deps_(deps), interval_(interval) {}
  ~Housekeeping() { Stop(); }

  void Start();
  void Stop();
  // One round; what the thread does, and tests call.
  void RunOnce();

 private:
  void Loop();
  absl::Status Tend(const platform::TenantContext& tenant);

  const Deps deps_;
  const platform::HeadInterval interval_;
  absl::Mutex mutex_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace oboro::tenancy

#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::tenancy {

// While it is there, nobody else makes or destroys keys of the tenant: no other thread, and no
// other process on the same database. An advisory lock of PostgreSQL, held by a transaction of its
// own on a thread of its own, since the work is several transactions and the token between them.
// It takes one connection of the pool.
class KeyLock {
 public:
  // Waits for its turn as long as a statement may take; DEADLINE_EXCEEDED (DATABASE_TIMEOUT) then.
  // Both arguments must outlive the lock.
  static absl::StatusOr<std::unique_ptr<KeyLock>> Take(platform::Db& db,
                                                       const platform::TenantContext& tenant);
  ~KeyLock();
  KeyLock(const KeyLock&) = delete;
  KeyLock& operator=(const KeyLock&) = delete;

  // Not OK once the connection was lost, and the lock with it (noticed within a second): to be
  // asked before a step that must not run beside another's.
  absl::Status Held();

 private:
  enum class State { kWaiting, kHeld, kLeaving, kEnded };
  KeyLock() = default;
  absl::Status Hold(pqxx::work& tx, const std::string& tenant_id);
  void End(const absl::Status& status);

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kWaiting;  // Both under mutex_.
  absl::Status ended_;
  std::thread thread_;
};

}  // namespace oboro::tenancy

#include "services/tenancy/key_lock.h"

#include <chrono>

namespace oboro::tenancy {

absl::StatusOr<std::unique_ptr<KeyLock>> KeyLock::Take(platform::Db& db,
                                                       const platform::TenantContext& tenant) {
  std::unique_ptr<KeyLock> lock(new KeyLock());
  KeyLock* self = lock.get();
  self->thread_ = std::thread([self, &db, &tenant] {
    self->End(
        db.RunTx(tenant, "key_lock", [&](pqxx::work& tx) { return self->Hold(tx, tenant.id()); }));
  });
  {
    std::unique_lock held(self->mutex_);
    self->changed_.wait(held, [&] { return self->state_ != State::kWaiting; });
    if (self->state_ == State::kHeld) return lock;
  }
  return self->ended_;
}

KeyLock::~KeyLock() {
  {
    const std::lock_guard held(mutex_);
    if (state_ == State::kHeld) state_ = State::kLeaving;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

absl::Status KeyLock::Held() {
  const std::lock_guard held(mutex_);
  return state_ == State::kHeld ? absl::OkStatus()
                                : absl::AbortedError("the lock on the tenant's keys was lost");
}

absl::Status KeyLock::Hold(pqxx::work& tx, const std::string& tenant_id) {
  {
    // Run again after its connection was lost: the lock was not held all the time.
    const std::lock_guard held(mutex_);
    if (state_ != State::kWaiting) return absl::AbortedError("the connection was lost");
  }
  tx.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('oboro keys of ' || $1, 0))",
                 tenant_id);
  std::unique_lock held(mutex_);
  state_ = State::kHeld;
  changed_.notify_all();
  while (!changed_.wait_for(held, std::chrono::seconds(1),
                            [&] { return state_ == State::kLeaving; })) {
    held.unlock();
    tx.exec("SELECT 1");  // Throws when the connection is gone.
    held.lock();
  }
  return absl::OkStatus();
}

void KeyLock::End(const absl::Status& status) {
  {
    const std::lock_guard held(mutex_);
    ended_ = status;
    state_ = State::kEnded;
  }
  changed_.notify_all();
}

}  // namespace oboro::tenancy

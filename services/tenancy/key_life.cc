#include "services/tenancy/key_life.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/synchronization/mutex.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/tenancy/key_lock.h"

namespace oboro::tenancy {
namespace {

using platform::TenantContext;

// Makes and destroys keys one tenant after the other, so that this process holds one connection for
// it; KeyLock keeps others off the tenant. Two rotations side by side could take a key of the
// other's for a half made one.
ABSL_CONST_INIT absl::Mutex key_life_mutex(absl::kConstInit);

constexpr int kRewrapBatch = 200;
// A transaction of another service may hold on to an old version for a moment.
constexpr int kFinishAttempts = 20;

// Makes `version` in the token. One that is there already was made by a try whose answer was lost;
// only when half of it is missing is it made anew, since no row can name it yet.
absl::Status MakeVersion(const Deps& deps, const TenantContext& tenant, int version) {
  const absl::Status made = deps.keys->CreateTenantKeys(tenant, version);
  if (made.code() != absl::StatusCode::kAlreadyExists) return made;
  if (deps.keys->PublicKey(tenant, version).ok()) return absl::OkStatus();
  RETURN_IF_ERROR(deps.keys->DestroyTenantKeys(tenant, version));
  return deps.keys->CreateTenantKeys(tenant, version);
}

absl::StatusOr<int64_t> RewrapAll(const Deps& deps, const TenantContext& tenant) {
  int64_t rewrapped = 0;
  while (true) {
    ASSIGN_OR_RETURN(const int64_t some,
                     deps.db->RunTx(tenant, "rewrap_data_keys", [&](pqxx::work& tx) {
                       return platform::RewrapDataKeys(tx, tenant, *deps.keys, kRewrapBatch);
                     }));
    if (some == 0) return rewrapped;
    rewrapped += some;
  }
}

absl::StatusOr<int> Primary(const Deps& deps, const TenantContext& tenant) {
  return deps.db->RunTx(tenant, "primary_key_version",
                        [&](pqxx::work& tx) { return platform::PrimaryKeyVersion(tx, tenant); });
}

// Versions are numbered from 1 without gaps, so all that ever were can be named without rows: what
// a crash left in the token after its row was marked is found too.
absl::Status DestroyVersions(const Deps& deps, const TenantContext& tenant, KeyLock& turn,
                             int last) {
  RETURN_IF_ERROR(turn.Held());
  for (int version = 1; version <= last; ++version) {
    RETURN_IF_ERROR(deps.keys->DestroyTenantKeys(tenant, version));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> NewestVersion(const Deps& deps, const TenantContext& tenant) {
  return deps.db->RunTx(tenant, "newest_key_version", [&](pqxx::work& tx) -> absl::StatusOr<int> {
    ASSIGN_OR_RETURN(const auto keys, platform::ListTenantKeys(tx, tenant));
    int newest = 0;
    for (const platform::TenantKeyRow& key : keys) newest = std::max(newest, key.version);
    return newest;
  });
}

absl::StatusOr<int64_t> FinishLocked(const Deps& deps, const TenantContext& tenant, KeyLock& turn)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(key_life_mutex) {
  int64_t rewrapped = 0;
  absl::Status finished;
  for (int attempt = 0; attempt < kFinishAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const int64_t some, RewrapAll(deps, tenant));
    rewrapped += some;
    finished = deps.db->RunTx(tenant, "finish_key_rotation", [&](pqxx::work& tx) {
      return platform::FinishKeyRotation(tx, tenant).status();
    });
    if (platform::ReasonOf(finished).name != "REFERENCE_MISSING") break;
  }
  RETURN_IF_ERROR(finished);
  ASSIGN_OR_RETURN(const int primary, Primary(deps, tenant));
  RETURN_IF_ERROR(DestroyVersions(deps, tenant, turn, primary - 1));
  return rewrapped;
}

}  // namespace

absl::StatusOr<int64_t> RotateKeys(const Deps& deps, const TenantContext& tenant,
                                   const platform::AuditEvent& event) {
  absl::MutexLock lock(&key_life_mutex);
  ASSIGN_OR_RETURN(const std::unique_ptr<KeyLock> turn, KeyLock::Take(*deps.db, tenant));
  ASSIGN_OR_RETURN(const int primary, Primary(deps, tenant));
  const int version = primary + 1;
  RETURN_IF_ERROR(MakeVersion(deps, tenant, version));
  RETURN_IF_ERROR(turn->Held());
  RETURN_IF_ERROR(deps.db->RunTx(tenant, "begin_key_rotation", [&](pqxx::work& tx) -> absl::Status {
    const absl::Time now = deps.clock->Now();
    RETURN_IF_ERROR(platform::BeginKeyRotation(tx, tenant, *deps.keys, version, now));
    platform::AuditEvent rotated = event;
    rotated.detail["version"] = version;
    return AppendAudit(tx, tenant, rotated, now);
  }));
  return FinishLocked(deps, tenant, *turn);
}

absl::StatusOr<int64_t> FinishRotation(const Deps& deps, const TenantContext& tenant) {
  absl::MutexLock lock(&key_life_mutex);
  ASSIGN_OR_RETURN(const std::unique_ptr<KeyLock> turn, KeyLock::Take(*deps.db, tenant));
  return FinishLocked(deps, tenant, *turn);
}

absl::Status FinishShredding(const Deps& deps, const TenantContext& tenant,
                             const platform::AuditEvent& event) {
  absl::MutexLock lock(&key_life_mutex);
  ASSIGN_OR_RETURN(const std::unique_ptr<KeyLock> turn, KeyLock::Take(*deps.db, tenant));
  ASSIGN_OR_RETURN(const int newest, NewestVersion(deps, tenant));
  // The token first: were the rows first, a crash between would leave keys that nothing asks for.
  // One more than the rows know: a rotation may have been cut off before its rows.
  RETURN_IF_ERROR(DestroyVersions(deps, tenant, *turn, newest + 1));
  RETURN_IF_ERROR(deps.db->RunTx(tenant, "shred_rows", [&](pqxx::work& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<int> left, platform::TenantKeyVersions(tx, tenant));
    RETURN_IF_ERROR(platform::ShredKeyRows(tx, tenant));
    return left.empty() ? absl::OkStatus() : AppendAudit(tx, tenant, event, deps.clock->Now());
  }));
  ASSIGN_OR_RETURN(const std::vector<std::string> objects, deps.objects->List(tenant));
  for (const std::string& object : objects) RETURN_IF_ERROR(deps.objects->Remove(tenant, object));
  return absl::OkStatus();
}

}  // namespace oboro::tenancy

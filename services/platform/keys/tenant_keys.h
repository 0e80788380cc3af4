#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/key_manager.h"

namespace oboro::platform {

// Rows of tenancy.keys and the order in which keys may go: tenancy's part of the key life cycle.
//
//   create   keys.CreateTenantKeys(1); InsertTenantKeys
//   rotate   keys.CreateTenantKeys(n + 1); BeginKeyRotation; RewrapDataKeys until it answers 0;
//            FinishKeyRotation; keys.DestroyTenantKeys(n) when that committed. Each step in a
//            transaction of its own, each may be done again after a crash.
//   shred    the state is SHREDDED and committed; then for each of TenantKeyVersions
//            keys.DestroyTenantKeys; then ShredKeyRows. Each may be done again.

// One row, never the material.
struct TenantKeyRow {
  std::string purpose;  // KEY_ENCRYPTION, SIGNING or PSEUDONYM.
  int version = 0;
  std::string state;  // PRIMARY, RETIRED or DESTROYED.
  std::string public_key;
  absl::Time create_time;
};

// Stores version 1 of all three keys; makes and wraps the pseudonym key.
absl::Status InsertTenantKeys(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                              absl::Time now);
absl::StatusOr<std::vector<TenantKeyRow>> ListTenantKeys(pqxx::work& tx,
                                                         const TenantContext& tenant);
// Versions not yet DESTROYED of KEK or signing key, ascending.
absl::StatusOr<std::vector<int>> TenantKeyVersions(pqxx::work& tx, const TenantContext& tenant);

// Makes `version`, which is in the token already, the primary one, retires the others and wraps the
// pseudonym key under it.
absl::Status BeginKeyRotation(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                              int version, absl::Time now);
// Wraps up to `limit` data keys that hang on another version under the primary one; answers how
// many.
absl::StatusOr<int64_t> RewrapDataKeys(pqxx::work& tx, const TenantContext& tenant,
                                       KeyManager& keys, int limit);
// Marks every version but the primary DESTROYED and answers those that were not so before. Fails
// with FAILED_PRECONDITION (REFERENCE_MISSING) when a data key was made under one of them
// meanwhile: rewrap again.
absl::StatusOr<std::vector<int>> FinishKeyRotation(pqxx::work& tx, const TenantContext& tenant);

// Destroys every wrapped secret of the tenant and marks every key DESTROYED.
absl::Status ShredKeyRows(pqxx::work& tx, const TenantContext& tenant);

}  // namespace oboro::platform

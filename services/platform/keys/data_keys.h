#pragma once

#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/key_manager.h"

namespace oboro::platform {

// Rows of tenancy.data_keys: one wrapped data key per object. The row exists before any byte of the
// object (state PENDING) and becomes LIVE in the transaction that makes the object visible, so that
// the sweep after a crash finds every orphan; deleting the row destroys the key.

// Makes a data key for a new object and stores it PENDING.
absl::StatusOr<SecretBytes> CreateDataKey(pqxx::work& tx, const TenantContext& tenant,
                                          KeyManager& keys, const std::string& object_id);
// Marks the object visible.
absl::Status MarkDataKeyLive(pqxx::work& tx, const TenantContext& tenant,
                             const std::string& object_id, int64_t bytes);
// Unwraps the data key of an object; NOT_FOUND when it was destroyed.
absl::StatusOr<SecretBytes> LoadDataKey(pqxx::work& tx, const TenantContext& tenant,
                                        KeyManager& keys, const std::string& object_id);
absl::Status DestroyDataKey(pqxx::work& tx, const TenantContext& tenant,
                            const std::string& object_id);
// The tenant's pseudonym key, which rotation of the KEK does not change.
absl::StatusOr<SecretBytes> LoadPseudonymKey(pqxx::work& tx, const TenantContext& tenant,
                                             KeyManager& keys);
// The version of the primary KEK and signing key.
absl::StatusOr<int> PrimaryKeyVersion(pqxx::work& tx, const TenantContext& tenant);

}  // namespace oboro::platform

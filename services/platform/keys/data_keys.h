#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/key_manager.h"

namespace oboro::platform {

// Rows of tenancy.data_keys: one wrapped data key per object. The row is there before any byte of
// the object (PENDING), becomes LIVE in the transaction that makes the object visible, and stays,
// DESTROYED, until the bytes are removed: after a crash the rows tell every orphan.

// Makes a data key for a new object and stores it PENDING. `job_id` is the job that makes the
// object, whose end lets an object that is still PENDING be swept; empty where a row of the
// service's own (an open snapshot) holds it. FAILED_PRECONDITION (TENANT_KEYS_MISSING) when the
// tenant has no primary key.
absl::StatusOr<SecretBytes> CreateDataKey(pqxx::work& tx, const TenantContext& tenant,
                                          KeyManager& keys, const std::string& object_id,
                                          const std::string& job_id = "");
// Marks the object visible and adds its bytes to the tenant's usage; ABORTED (OBJECT_GONE) when it
// is not PENDING.
absl::Status MarkDataKeyLive(pqxx::work& tx, const TenantContext& tenant,
                             const std::string& object_id, int64_t bytes);
// Unwraps the data key of an object; NOT_FOUND when it was destroyed or is another service's.
absl::StatusOr<SecretBytes> LoadDataKey(pqxx::work& tx, const TenantContext& tenant,
                                        KeyManager& keys, const std::string& object_id);
// Destroys the key and takes the bytes off the usage; OK when there is none, NOT_FOUND when the
// object is another service's. The ciphertext is to
// be removed after the transaction, then ForgetDataKey.
absl::Status DestroyDataKey(pqxx::work& tx, const TenantContext& tenant,
                            const std::string& object_id);
// Removes the row of a DESTROYED key whose bytes are removed.
absl::Status ForgetDataKey(pqxx::work& tx, const TenantContext& tenant,
                           const std::string& object_id);
// Objects of this service whose bytes are to go: DESTROYED ones, and PENDING ones whose job has
// ended or is not there (those are DESTROYED by this call).
absl::StatusOr<std::vector<std::string>> CollectDeadObjects(pqxx::work& tx,
                                                            const TenantContext& tenant);

// The tenant's pseudonym key, which rotation of the KEK does not change. Upload and abstraction
// only.
absl::StatusOr<SecretBytes> LoadPseudonymKey(pqxx::work& tx, const TenantContext& tenant,
                                             KeyManager& keys);
// The version of the primary KEK and signing key.
absl::StatusOr<int> PrimaryKeyVersion(pqxx::work& tx, const TenantContext& tenant);
// The public key (SubjectPublicKeyInfo, DER) of a signing key, destroyed ones too; NOT_FOUND when
// there never was one of this version.
absl::StatusOr<std::string> SigningPublicKey(pqxx::work& tx, const TenantContext& tenant,
                                             int version);

}  // namespace oboro::platform

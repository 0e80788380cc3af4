#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/key_manager.h"

// What every KeyManager, token or fake, holds to.
namespace oboro::platform {

// Secrets are wrapped and unwrapped for active tenants only; others answer FAILED_PRECONDITION with
// TENANT_SUSPENDED, TENANT_SEALED or TENANT_SHREDDED.
absl::Status CheckMayUseSecrets(const TenantContext& tenant);
// A suspended or sealed tenant's audit chain is still signed; a shredded one has no key.
absl::Status CheckMaySign(const TenantContext& tenant);

// "oboro-wrap-1", tenant, purpose, object, KEK version (8 bytes), each length-prefixed.
std::string WrapAad(const TenantContext& tenant, KeyPurpose purpose, absl::string_view object_id,
                    int kek_version);

// DATA_LOSS, KEY_UNWRAP_FAILED: tampered, swapped, or the token failed; which of them is not known.
absl::Status UnwrapFailed();
// FAILED_PRECONDITION, KEY_DESTROYED: no such key in the token.
absl::Status KeyMissing(int version);
// ALREADY_EXISTS, KEY_EXISTS.
absl::Status KeyExists(int version);

// Most bytes of a secret that is wrapped.
inline constexpr size_t kMaxSecretBytes = 64;

// SubjectPublicKeyInfo, DER, of an uncompressed point (65 bytes) on P-256.
absl::StatusOr<std::string> P256PublicKeyDer(absl::string_view point);

}  // namespace oboro::platform

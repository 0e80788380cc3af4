#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// A secret under a tenant's key-encryption key: nonce || ciphertext || tag.
struct WrappedKey {
  int kek_version = 0;
  std::string bytes;
};

struct Signature {
  int key_version = 0;
  std::string bytes;  // r || s, 64 bytes (ECDSA P-256 over SHA-256).
};

// What a wrapped secret is for; part of the AAD, with the tenant, the object and the KEK's version.
enum class KeyPurpose { kDataKey, kPseudonym };

// The only code that speaks PKCS#11. Key-encryption keys (AES-256) and signing keys (P-256) are
// made in the token and cannot leave it. Thread-safe: one session per thread from a bounded pool.
// Every unwrap failure is fail-closed (design.md 6: SoftHSM tells no tampering from a fault). A
// tenant that is not active in `tenant.state()` is refused (TENANT_SEALED, TENANT_SHREDDED).
class KeyManager {
 public:
  virtual ~KeyManager() = default;

  // Makes KEK and signing key of `version` in the token; existing ones are an error.
  virtual absl::Status CreateTenantKeys(const TenantContext& tenant, int version) = 0;
  // Destroys KEK and signing key of `version`; missing ones are OK.
  virtual absl::Status DestroyTenantKeys(const TenantContext& tenant, int version) = 0;

  // A fresh 32-byte secret.
  virtual absl::StatusOr<SecretBytes> GenerateSecret() = 0;
  virtual absl::StatusOr<WrappedKey> Wrap(const TenantContext& tenant, int kek_version,
                                          KeyPurpose purpose, absl::string_view object_id,
                                          const SecretBytes& secret) = 0;
  virtual absl::StatusOr<SecretBytes> Unwrap(const TenantContext& tenant, KeyPurpose purpose,
                                             absl::string_view object_id,
                                             const WrappedKey& wrapped) = 0;

  virtual absl::StatusOr<Signature> Sign(const TenantContext& tenant, int version,
                                         absl::string_view message) = 0;
  // SubjectPublicKeyInfo, DER.
  virtual absl::StatusOr<std::string> PublicKey(const TenantContext& tenant, int version) = 0;
};

// Checks a signature without any token.
absl::Status VerifySignature(absl::string_view public_key_der, absl::string_view message,
                             absl::string_view signature);

struct Pkcs11Options {
  std::string module_path;
  std::string token_label;
  std::string pin_file;
  int sessions = 8;
};

// Opens the token and checks its mechanisms (AES-GCM, AES key generation, ECDSA, EC key
// generation).
absl::StatusOr<std::unique_ptr<KeyManager>> OpenPkcs11(const Pkcs11Options& options);

}  // namespace oboro::platform

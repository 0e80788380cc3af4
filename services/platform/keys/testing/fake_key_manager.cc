#include "services/platform/keys/testing/fake_key_manager.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/aes_gcm.h"
#include "services/platform/keys/key_rules.h"

namespace oboro::platform {

struct FakeKeyManager::TenantKeys {
  ~TenantKeys() { EVP_PKEY_free(signing); }
  SecretBytes kek{kAes256KeyBytes};
  EVP_PKEY* signing = EVP_EC_gen("P-256");
};

FakeKeyManager::FakeKeyManager() = default;
FakeKeyManager::~FakeKeyManager() = default;

absl::StatusOr<FakeKeyManager::TenantKeys*> FakeKeyManager::Find(const TenantContext& tenant,
                                                                 int version) {
  const auto keys = keys_.find({tenant.id(), version});
  if (keys == keys_.end()) return KeyMissing(version);
  return keys->second.get();
}

absl::Status FakeKeyManager::CreateTenantKeys(const TenantContext& tenant, int version) {
  RETURN_IF_ERROR(CheckMayUseSecrets(tenant));
  auto keys = std::make_unique<TenantKeys>();
  OBORO_CHECK(RAND_bytes(keys->kek.data(), kAes256KeyBytes) == 1);
  const std::lock_guard lock(mutex_);
  const bool added = keys_.emplace(std::pair(tenant.id(), version), std::move(keys)).second;
  return added ? absl::OkStatus() : KeyExists(version);
}

absl::Status FakeKeyManager::DestroyTenantKeys(const TenantContext& tenant, int version) {
  const std::lock_guard lock(mutex_);
  keys_.erase({tenant.id(), version});
  return absl::OkStatus();
}

absl::StatusOr<SecretBytes> FakeKeyManager::GenerateSecret() {
  SecretBytes secret(kAes256KeyBytes);
  OBORO_CHECK(RAND_bytes(secret.data(), kAes256KeyBytes) == 1);
  return secret;
}

absl::StatusOr<WrappedKey> FakeKeyManager::Wrap(const TenantContext& tenant, int kek_version,
                                                KeyPurpose purpose, absl::string_view object_id,
                                                const SecretBytes& secret) {
  RETURN_IF_ERROR(CheckMayUseSecrets(tenant));
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(TenantKeys * keys, Find(tenant, kek_version));
  std::string bytes(kGcmNonceBytes + secret.size() + kGcmTagBytes, '\0');
  auto* at = reinterpret_cast<uint8_t*>(bytes.data());
  OBORO_CHECK(RAND_bytes(at, kGcmNonceBytes) == 1);
  RETURN_IF_ERROR(AesGcm(keys->kek).Seal(at, WrapAad(tenant, purpose, object_id, kek_version),
                                         secret.data(), secret.size(), at + kGcmNonceBytes,
                                         at + kGcmNonceBytes + secret.size()));
  return WrappedKey{kek_version, bytes};
}

absl::StatusOr<SecretBytes> FakeKeyManager::Unwrap(const TenantContext& tenant, KeyPurpose purpose,
                                                   absl::string_view object_id,
                                                   const WrappedKey& wrapped) {
  RETURN_IF_ERROR(CheckMayUseSecrets(tenant));
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(TenantKeys * keys, Find(tenant, wrapped.kek_version));
  if (wrapped.bytes.size() <= kGcmNonceBytes + kGcmTagBytes) return UnwrapFailed();
  SecretBytes secret(wrapped.bytes.size() - kGcmNonceBytes - kGcmTagBytes);
  const auto* at = reinterpret_cast<const uint8_t*>(wrapped.bytes.data());
  const uint8_t* body = at + kGcmNonceBytes;
  if (!AesGcm(keys->kek).Open(at, WrapAad(tenant, purpose, object_id, wrapped.kek_version), body,
                              secret.size(), body + secret.size(), secret.data())) {
    return UnwrapFailed();
  }
  return secret;
}

absl::StatusOr<Signature> FakeKeyManager::Sign(const TenantContext& tenant, int version,
                                               absl::string_view message) {
  RETURN_IF_ERROR(CheckMaySign(tenant));
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(TenantKeys * keys, Find(tenant, version));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  unsigned char der[80];
  size_t size = sizeof der;
  OBORO_CHECK(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, keys->signing) == 1 &&
              EVP_DigestSign(context, der, &size,
                             reinterpret_cast<const unsigned char*>(message.data()),
                             message.size()) == 1);
  EVP_MD_CTX_free(context);
  const unsigned char* at = der;
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
  Signature signature{version, std::string(64, '\0')};
  auto* out = reinterpret_cast<unsigned char*>(signature.bytes.data());
  OBORO_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32) == 32 &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32) == 32);
  ECDSA_SIG_free(pair);
  return signature;
}

absl::StatusOr<std::string> FakeKeyManager::PublicKey(const TenantContext& tenant, int version) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(TenantKeys * keys, Find(tenant, version));
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(keys->signing, &der);
  OBORO_CHECK(size > 0);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

}  // namespace oboro::platform

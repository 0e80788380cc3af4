#include "services/platform/keys/pkcs11_key_manager.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/aes_gcm.h"
#include "services/platform/keys/key_rules.h"
#include "services/platform/keys/pkcs11_objects.h"
#include "services/platform/keys/pkcs11_session.h"

namespace oboro::platform {
namespace {

constexpr size_t kSignatureBytes = 64;

struct NeededMechanism {
  CK_MECHANISM_TYPE type;
  CK_FLAGS flags;
  const char* name;
};
constexpr NeededMechanism kNeeded[] = {
    {CKM_AES_KEY_GEN, CKF_GENERATE, "CKM_AES_KEY_GEN"},
    {CKM_AES_GCM, CKF_ENCRYPT | CKF_DECRYPT, "CKM_AES_GCM"},
    {CKM_EC_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR, "CKM_EC_KEY_PAIR_GEN"},
    {CKM_ECDSA, CKF_SIGN, "CKM_ECDSA"}};

CK_BYTE* Bytes(absl::string_view text) {
  return reinterpret_cast<CK_BYTE*>(const_cast<char*>(text.data()));
}

// The mechanism AES-GCM with `nonce` and `aad`, which must outlive it.
struct Gcm {
  Gcm(absl::string_view nonce, absl::string_view aad)
      : params{Bytes(nonce), nonce.size(), 8 * nonce.size(),
               Bytes(aad),   aad.size(),   8 * kGcmTagBytes},
        mechanism{CKM_AES_GCM, &params, sizeof params} {}
  Gcm(const Gcm&) = delete;
  CK_GCM_PARAMS params;
  CK_MECHANISM mechanism;
};

absl::StatusOr<std::string> RandomNonce() {
  std::string nonce(kGcmNonceBytes, '\0');
  if (RAND_bytes(Bytes(nonce), kGcmNonceBytes) == 1) return nonce;
  return absl::InternalError("the random number generator failed; nothing was encrypted");
}

class Pkcs11KeyManager final : public KeyManager {
 public:
  Pkcs11KeyManager(std::shared_ptr<Pkcs11Module> module, const CK_FUNCTION_LIST& p11,
                   std::unique_ptr<Pkcs11Sessions> sessions)
      : module_(std::move(module)), p11_(p11), sessions_(std::move(sessions)) {}

  // Refuses a token that lacks a mechanism, or whose GCM does not heed the AAD.
  absl::Status CheckToken();

  absl::Status CreateTenantKeys(const TenantContext& tenant, int version) override;
  absl::Status DestroyTenantKeys(const TenantContext& tenant, int version) override;
  absl::StatusOr<SecretBytes> GenerateSecret() override;
  absl::StatusOr<WrappedKey> Wrap(const TenantContext& tenant, int kek_version, KeyPurpose purpose,
                                  absl::string_view object_id, const SecretBytes& secret) override;
  absl::StatusOr<SecretBytes> Unwrap(const TenantContext& tenant, KeyPurpose purpose,
                                     absl::string_view object_id,
                                     const WrappedKey& wrapped) override;
  absl::StatusOr<Signature> Sign(const TenantContext& tenant, int version,
                                 absl::string_view message) override;
  absl::StatusOr<std::string> PublicKey(const TenantContext& tenant, int version) override;

 private:
  CK_RV Encrypt(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, Gcm& gcm,
                const SecretBytes& plaintext, std::string* out);
  CK_RV Decrypt(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, Gcm& gcm,
                absl::string_view ciphertext, SecretBytes* out);
  CK_RV TryGcm(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, bool* sound);
  // Runs `body` with the key's handle; a handle that fails is looked up anew.
  absl::StatusOr<CK_RV> WithKey(
      const char* what, CK_OBJECT_CLASS kind, const std::string& label,
      const std::function<CK_RV(CK_SESSION_HANDLE, CK_OBJECT_HANDLE)>& body);

  const std::shared_ptr<Pkcs11Module> module_;
  const CK_FUNCTION_LIST& p11_;
  const std::unique_ptr<Pkcs11Sessions> sessions_;
  KeyHandles handles_;
  std::mutex making_;  // Looking for a key and making it is one step.
};

// What a lookup or operation that failed means to the caller.
absl::Status KeyStatus(const char* what, CK_RV rv, int version) {
  if (rv == CKR_OK) return absl::OkStatus();
  if (rv == kKeyNotFound) return KeyMissing(version);
  if (rv == kKeyNotUnique || rv == kKeyNotProtected) {
    Log(LogLevel::kError, "a key in the token is not as it must be; refused",
        {{"operation", what}, {"why", rv == kKeyNotUnique ? "not unique" : "may leave the token"}});
    return absl::InternalError("a key in the token is not as it must be; see the log");
  }
  return TokenError(what, rv);
}

absl::StatusOr<CK_RV> Pkcs11KeyManager::WithKey(
    const char* what, CK_OBJECT_CLASS kind, const std::string& label,
    const std::function<CK_RV(CK_SESSION_HANDLE, CK_OBJECT_HANDLE)>& body) {
  return sessions_->Run(what, [&](CK_SESSION_HANDLE session) -> CK_RV {
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    CK_RV rv = handles_.Find(p11_, session, kind, label, &key);
    if (rv == CKR_OK) rv = body(session, key);
    if (rv != CKR_OK && rv != kKeyNotFound) handles_.ForgetAll();
    return rv;
  });
}

CK_RV Pkcs11KeyManager::Encrypt(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, Gcm& gcm,
                                const SecretBytes& plaintext, std::string* out) {
  CK_RV rv = p11_.C_EncryptInit(session, &gcm.mechanism, key);
  if (rv != CKR_OK) return rv;
  out->resize(plaintext.size() + kGcmTagBytes);
  CK_ULONG size = out->size();
  rv = p11_.C_Encrypt(session, const_cast<uint8_t*>(plaintext.data()), plaintext.size(),
                      Bytes(*out), &size);
  return rv == CKR_OK && size != out->size() ? CKR_DEVICE_ERROR : rv;
}

CK_RV Pkcs11KeyManager::Decrypt(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, Gcm& gcm,
                                absl::string_view ciphertext, SecretBytes* out) {
  CK_RV rv = p11_.C_DecryptInit(session, &gcm.mechanism, key);
  if (rv != CKR_OK) return rv;
  // Room for the tag too: tokens ask for it before they know the length.
  SecretBytes buffer(ciphertext.size());
  CK_ULONG size = buffer.size();
  rv = p11_.C_Decrypt(session, Bytes(ciphertext), ciphertext.size(), buffer.data(), &size);
  if (rv != CKR_OK) return rv;
  if (size != ciphertext.size() - kGcmTagBytes) return CKR_DEVICE_ERROR;
  *out = SecretBytes(buffer.span().first(size));
  return CKR_OK;
}

CK_RV Pkcs11KeyManager::TryGcm(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, bool* sound) {
  const std::string nonce(kGcmNonceBytes, 'n');
  const SecretBytes text(32);
  std::string sealed;
  SecretBytes opened;
  Gcm right(nonce, "aad");
  CK_RV rv = Encrypt(session, key, right, text, &sealed);
  if (rv != CKR_OK) return rv;
  Gcm again(nonce, "aad");
  rv = Decrypt(session, key, again, sealed, &opened);
  if (rv != CKR_OK) return rv;
  Gcm wrong(nonce, "add");
  *sound = opened.size() == text.size() &&
           std::memcmp(opened.data(), text.data(), text.size()) == 0 &&
           Decrypt(session, key, wrong, sealed, &opened) != CKR_OK;
  return CKR_OK;
}

absl::Status Pkcs11KeyManager::CheckToken() {
  for (const NeededMechanism& needed : kNeeded) {
    CK_MECHANISM_INFO info = {};
    const CK_RV rv = p11_.C_GetMechanismInfo(sessions_->slot(), needed.type, &info);
    if (rv != CKR_OK || (info.flags & needed.flags) != needed.flags) {
      return absl::FailedPreconditionError(
          absl::StrCat("the PKCS#11 token does not offer ", needed.name, "; use another token"));
    }
  }
  bool sound = false;
  ASSIGN_OR_RETURN(const CK_RV rv, sessions_->Run("self-check", [&](CK_SESSION_HANDLE session) {
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    CK_RV rv = GenerateKek(p11_, session, "", &key);
    if (rv != CKR_OK) return rv;
    rv = TryGcm(session, key, &sound);
    p11_.C_DestroyObject(session, key);
    return rv;
  }));
  if (rv != CKR_OK) return TokenError("self-check", rv);
  if (sound) return absl::OkStatus();
  return absl::FailedPreconditionError("the PKCS#11 token's AES-GCM does not bind its AAD");
}

absl::Status Pkcs11KeyManager::CreateTenantKeys(const TenantContext& tenant, int version) {
  RETURN_IF_ERROR(CheckMayUseSecrets(tenant));
  const std::lock_guard lock(making_);
  for (const auto& [kind, label] :
       {std::pair<CK_OBJECT_CLASS, std::string>{CKO_SECRET_KEY, KekLabel(tenant, version)},
        {CKO_PRIVATE_KEY, SigningLabel(tenant, version)}}) {
    handles_.Forget(label);
    ASSIGN_OR_RETURN(const CK_RV found,
                     WithKey("C_FindObjects", kind, label,
                             [](CK_SESSION_HANDLE, CK_OBJECT_HANDLE) { return CKR_OK; }));
    if (found == CKR_OK || found == kKeyNotUnique) return KeyExists(version);
    if (found != kKeyNotFound) return KeyStatus("C_FindObjects", found, version);
  }
  ASSIGN_OR_RETURN(const CK_RV made, sessions_->Run("key generation", [&](CK_SESSION_HANDLE s) {
    // A second attempt must not find the first one's half.
    CK_RV rv = DestroyLabelled(p11_, s, KekLabel(tenant, version));
    CK_OBJECT_HANDLE key;
    if (rv == CKR_OK) rv = DestroyLabelled(p11_, s, SigningLabel(tenant, version));
    if (rv == CKR_OK) rv = GenerateKek(p11_, s, KekLabel(tenant, version), &key);
    if (rv == CKR_OK) rv = GenerateSigningKey(p11_, s, SigningLabel(tenant, version));
    return rv;
  }));
  if (made == CKR_OK) return absl::OkStatus();
  (void)DestroyTenantKeys(tenant, version).ok();
  return KeyStatus("key generation", made, version);
}

absl::Status Pkcs11KeyManager::DestroyTenantKeys(const TenantContext& tenant, int version) {
  for (const std::string& label : {KekLabel(tenant, version), SigningLabel(tenant, version)}) {
    handles_.Forget(label);
    ASSIGN_OR_RETURN(const CK_RV rv, sessions_->Run("C_DestroyObject", [&](CK_SESSION_HANDLE s) {
      return DestroyLabelled(p11_, s, label);
    }));
    handles_.Forget(label);
    if (rv != CKR_OK) return TokenError("C_DestroyObject", rv);
  }
  return absl::OkStatus();
}

absl::StatusOr<SecretBytes> Pkcs11KeyManager::GenerateSecret() {
  SecretBytes secret(kAes256KeyBytes);
  if (RAND_priv_bytes(secret.data(), static_cast<int>(secret.size())) == 1) return secret;
  return absl::InternalError("the random number generator failed; no key was made");
}

absl::StatusOr<WrappedKey> Pkcs11KeyManager::Wrap(const TenantContext& tenant, int kek_version,
                                                  KeyPurpose purpose, absl::string_view object_id,
                                                  const SecretBytes& secret) {
  RETURN_IF_ERROR(CheckMayUseSecrets(tenant));
  if (secret.empty() || secret.size() > kMaxSecretBytes) {
    return absl::InternalError("a secret to be wrapped has 1 to 64 bytes");
  }
  const std::string aad = WrapAad(tenant, purpose, object_id, kek_version);
  std::string nonce, sealed;
  ASSIGN_OR_RETURN(const CK_RV rv,
                   WithKey("C_Encrypt", CKO_SECRET_KEY, KekLabel(tenant, kek_version),
                           [&](CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) -> CK_RV {
                             absl::StatusOr<std::string> fresh = RandomNonce();
                             if (!fresh.ok()) return CKR_RANDOM_NO_RNG;
                             nonce = *std::move(fresh);
                             Gcm gcm(nonce, aad);
                             return Encrypt(session, key, gcm, secret, &sealed);
                           }));
  RETURN_IF_ERROR(KeyStatus("C_Encrypt", rv, kek_version));
  return WrappedKey{kek_version, nonce + sealed};
}

absl::StatusOr<SecretBytes> Pkcs11KeyManager::Unwrap(const TenantContext& tenant,
                                                     KeyPurpose purpose,
                                                     absl::string_view object_id,
                                                     const WrappedKey& wrapped) {
  RETURN_IF_ERROR(CheckMayUseSecrets(tenant));
  constexpr size_t kOverhead = kGcmNonceBytes + kGcmTagBytes;
  if (wrapped.bytes.size() <= kOverhead || wrapped.bytes.size() > kOverhead + kMaxSecretBytes) {
    return UnwrapFailed();
  }
  const absl::string_view nonce = absl::string_view(wrapped.bytes).substr(0, kGcmNonceBytes);
  const absl::string_view sealed = absl::string_view(wrapped.bytes).substr(kGcmNonceBytes);
  const std::string aad = WrapAad(tenant, purpose, object_id, wrapped.kek_version);
  SecretBytes secret;
  bool decrypting = false;
  ASSIGN_OR_RETURN(const CK_RV rv,
                   WithKey("C_Decrypt", CKO_SECRET_KEY, KekLabel(tenant, wrapped.kek_version),
                           [&](CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
                             Gcm gcm(nonce, aad);
                             decrypting = true;
                             return Decrypt(session, key, gcm, sealed, &secret);
                           }));
  if (rv == CKR_OK) return secret;
  if (rv == kKeyNotFound || !decrypting) return KeyStatus("C_Decrypt", rv, wrapped.kek_version);
  // Tokens tell tampering from faults badly (design.md 6): refuse, and let the rate be watched.
  Log(LogLevel::kError, "a wrapped key was refused",
      {{"tenant", tenant.id()}, {"ckr", absl::StrCat(rv)}});
  return UnwrapFailed();
}

absl::StatusOr<Signature> Pkcs11KeyManager::Sign(const TenantContext& tenant, int version,
                                                 absl::string_view message) {
  RETURN_IF_ERROR(CheckMaySign(tenant));
  std::array<uint8_t, 32> digest;
  if (EVP_Digest(message.data(), message.size(), digest.data(), nullptr, EVP_sha256(), nullptr) !=
      1) {
    return absl::InternalError("SHA-256 failed; nothing was signed");
  }
  Signature signature{version, std::string(kSignatureBytes, '\0')};
  ASSIGN_OR_RETURN(const CK_RV rv,
                   WithKey("C_Sign", CKO_PRIVATE_KEY, SigningLabel(tenant, version),
                           [&](CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) -> CK_RV {
                             CK_MECHANISM mechanism = {CKM_ECDSA, nullptr, 0};
                             const CK_RV init = p11_.C_SignInit(session, &mechanism, key);
                             if (init != CKR_OK) return init;
                             CK_ULONG size = kSignatureBytes;
                             const CK_RV rv = p11_.C_Sign(session, digest.data(), digest.size(),
                                                          Bytes(signature.bytes), &size);
                             return rv == CKR_OK && size != kSignatureBytes ? CKR_DEVICE_ERROR : rv;
                           }));
  RETURN_IF_ERROR(KeyStatus("C_Sign", rv, version));
  return signature;
}

absl::StatusOr<std::string> Pkcs11KeyManager::PublicKey(const TenantContext& tenant, int version) {
  std::string point;
  ASSIGN_OR_RETURN(const CK_RV rv,
                   WithKey("C_GetAttributeValue", CKO_PUBLIC_KEY, SigningLabel(tenant, version),
                           [&](CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
                             return ReadPoint(p11_, session, key, &point);
                           }));
  RETURN_IF_ERROR(KeyStatus("C_GetAttributeValue", rv, version));
  return P256PublicKeyDer(point);
}

absl::StatusOr<SecretBytes> ReadPin(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  SecretBytes buffer(256);
  file.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
  auto size = static_cast<size_t>(file.gcount());
  while (size > 0 && (buffer.data()[size - 1] == '\n' || buffer.data()[size - 1] == '\r')) --size;
  if (size == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the PIN file ", path, " cannot be read or is empty; check pkcs11.pin_file"));
  }
  return SecretBytes(buffer.span().first(size));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyManager>> OpenPkcs11On(std::shared_ptr<Pkcs11Module> module,
                                                         const CK_FUNCTION_LIST* functions,
                                                         const Pkcs11Options& options) {
  const CK_FUNCTION_LIST& p11 = functions != nullptr ? *functions : module->functions();
  ASSIGN_OR_RETURN(SecretBytes pin, ReadPin(options.pin_file));
  ASSIGN_OR_RETURN(
      std::unique_ptr<Pkcs11Sessions> sessions,
      Pkcs11Sessions::Open(p11, options.token_label, std::move(pin), options.sessions));
  auto keys = std::make_unique<Pkcs11KeyManager>(std::move(module), p11, std::move(sessions));
  RETURN_IF_ERROR(keys->CheckToken());
  return keys;
}

absl::StatusOr<std::unique_ptr<KeyManager>> OpenPkcs11(const Pkcs11Options& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<Pkcs11Module> module, Pkcs11Module::Load(options.module_path));
  return OpenPkcs11On(std::move(module), nullptr, options);
}

}  // namespace oboro::platform

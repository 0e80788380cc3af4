#include "services/platform/keys/key_rules.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/aes_gcm.h"

namespace oboro::platform {
namespace {

using PublicKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Der = std::unique_ptr<unsigned char, void (*)(unsigned char*)>;

constexpr size_t kCoordinateBytes = 32;

absl::Status StateError(const char* name, const char* is, const char* remedy,
                        const char* message_ja) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {name,
                        absl::StrCat("The tenant is ", is, ": its keys are not used. ", remedy),
                        message_ja,
                        {}});
}

absl::Status Shredded() {
  return StateError("TENANT_SHREDDED", "shredded", "This cannot be undone.",
                    "このテナントは消去済みで、鍵は破棄されています。元に戻せません。");
}

PublicKey ParsePublicKey(absl::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = at + der.size();
  PublicKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())), EVP_PKEY_free);
  char group[32] = "";
  size_t length = 0;
  if (!key || at != end || EVP_PKEY_get_group_name(key.get(), group, sizeof group, &length) != 1 ||
      absl::string_view(group) != "prime256v1") {
    return PublicKey(nullptr, EVP_PKEY_free);
  }
  return key;
}

// OpenSSL takes signatures as DER; ours, as PKCS#11's, are r || s.
std::string SignatureDer(absl::string_view signature) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes, kCoordinateBytes, nullptr);
  BIGNUM* s = BN_bin2bn(bytes + kCoordinateBytes, kCoordinateBytes, nullptr);
  if (!pair || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return "";
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  const Der owner(der, [](unsigned char* p) { OPENSSL_free(p); });
  return size > 0 ? std::string(reinterpret_cast<char*>(der), static_cast<size_t>(size)) : "";
}

}  // namespace

absl::Status CheckMayUseSecrets(const TenantContext& tenant) {
  switch (tenant.state()) {
    case TenantState::kActive:
      return absl::OkStatus();
    case TenantState::kSuspended:
      return StateError("TENANT_SUSPENDED", "suspended", "Ask central operations to resume it.",
                        "このテナントは停止中です。運営に再開を依頼してください。");
    case TenantState::kSealed:
      return StateError("TENANT_SEALED", "sealed", "Its administrator can unseal it.",
                        "このテナントは封印されています。テナント管理者が解除できます。");
    case TenantState::kShredded:
      break;
  }
  return Shredded();
}

absl::Status CheckMaySign(const TenantContext& tenant) {
  return tenant.state() == TenantState::kShredded ? Shredded() : absl::OkStatus();
}

std::string WrapAad(const TenantContext& tenant, KeyPurpose purpose, absl::string_view object_id,
                    int kek_version) {
  std::string aad;
  AppendLengthPrefixed("oboro-wrap-1", &aad);
  AppendLengthPrefixed(tenant.id(), &aad);
  AppendLengthPrefixed(purpose == KeyPurpose::kDataKey ? "data-key" : "pseudonym", &aad);
  AppendLengthPrefixed(object_id, &aad);
  AppendLengthPrefixed(BigEndian64(static_cast<uint64_t>(kek_version)), &aad);
  return aad;
}

absl::Status UnwrapFailed() {
  return ReasonedError(absl::StatusCode::kDataLoss,
                       {"KEY_UNWRAP_FAILED",
                        "A stored key could not be unwrapped: it was changed, moved, or the token "
                        "failed. Check the token, then restore the key's row from a backup.",
                        "保存された鍵を復号できません。トークンを確認し、必要ならバックアップから"
                        "復元してください。",
                        {}});
}

absl::Status KeyMissing(int version) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"KEY_DESTROYED",
                        absl::StrCat("The tenant's key of version ", version,
                                     " is not in the token: it was destroyed or never made."),
                        absl::StrCat("テナントの鍵（バージョン ", version,
                                     "）はトークンにありません。破棄されたか、未作成です。"),
                        {{"version", absl::StrCat(version)}}});
}

absl::Status KeyExists(int version) {
  return ReasonedError(
      absl::StatusCode::kAlreadyExists,
      {"KEY_EXISTS",
       absl::StrCat("The tenant has a key of version ", version,
                    " already, perhaps from an attempt cut short. Destroy it or use the next "
                    "version."),
       absl::StrCat("鍵（バージョン ", version,
                    "）は既に存在します。破棄するか次のバージョンを使用してください。"),
       {{"version", absl::StrCat(version)}}});
}

absl::StatusOr<std::string> P256PublicKeyDer(absl::string_view point) {
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(
      OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free);
  if (!builder || !context ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return absl::InternalError("no memory for a public key");
  }
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> params(
      OSSL_PARAM_BLD_to_param(builder.get()), OSSL_PARAM_free);
  EVP_PKEY* raw = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return absl::InternalError("the token's public key is no point on P-256");
  }
  const PublicKey key(raw, EVP_PKEY_free);
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  const Der owner(der, [](unsigned char* p) { OPENSSL_free(p); });
  if (size <= 0) return absl::InternalError("a public key could not be encoded");
  return std::string(reinterpret_cast<char*>(der), static_cast<size_t>(size));
}

absl::Status VerifySignature(absl::string_view public_key_der, absl::string_view message,
                             absl::string_view signature) {
  const PublicKey key = ParsePublicKey(public_key_der);
  if (!key) return absl::InvalidArgumentError("the public key is not of P-256");
  const std::string der =
      signature.size() == 2 * kCoordinateBytes ? SignatureDer(signature) : std::string();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (!der.empty() && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(der.data()),
                       der.size(), reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) == 1) {
    return absl::OkStatus();
  }
  return ReasonedError(absl::StatusCode::kDataLoss,
                       {"SIGNATURE_INVALID",
                        "The signature does not belong to this message and key.",
                        "署名が内容または鍵と一致しません。",
                        {}});
}

}  // namespace oboro::platform

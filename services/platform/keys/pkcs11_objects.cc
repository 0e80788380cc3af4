#include "services/platform/keys/pkcs11_objects.h"

#include <array>
#include <vector>

#include "absl/strings/str_cat.h"

namespace oboro::platform {
namespace {

CK_BBOOL kTrue = CK_TRUE;
CK_BBOOL kFalse = CK_FALSE;
// DER of the OID prime256v1 (1.2.840.10045.3.1.7).
std::array<uint8_t, 10> kP256 = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
constexpr size_t kPointBytes = 65;
constexpr CK_ULONG kMaxFound = 16;

// PKCS#11 takes pointers to what it only reads as non-const.
CK_ATTRIBUTE Text(CK_ATTRIBUTE_TYPE type, const std::string& value) {
  return {type, const_cast<char*>(value.data()), value.size()};
}
CK_ATTRIBUTE Flag(CK_ATTRIBUTE_TYPE type, bool value) {
  return {type, value ? &kTrue : &kFalse, sizeof(CK_BBOOL)};
}

CK_RV Search(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session,
             std::vector<CK_ATTRIBUTE> pattern, std::vector<CK_OBJECT_HANDLE>* found) {
  CK_RV rv = p11.C_FindObjectsInit(session, pattern.data(), pattern.size());
  if (rv != CKR_OK) return rv;
  found->resize(kMaxFound);
  CK_ULONG count = 0;
  rv = p11.C_FindObjects(session, found->data(), kMaxFound, &count);
  const CK_RV end = p11.C_FindObjectsFinal(session);
  found->resize(rv == CKR_OK ? count : 0);
  return rv != CKR_OK ? rv : end;
}

CK_RV CheckProtected(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  CK_BBOOL sensitive = CK_FALSE, always = CK_FALSE, never = CK_FALSE, extractable = CK_TRUE;
  CK_ATTRIBUTE attributes[] = {{CKA_SENSITIVE, &sensitive, sizeof sensitive},
                               {CKA_ALWAYS_SENSITIVE, &always, sizeof always},
                               {CKA_NEVER_EXTRACTABLE, &never, sizeof never},
                               {CKA_EXTRACTABLE, &extractable, sizeof extractable}};
  const CK_RV rv = p11.C_GetAttributeValue(session, key, attributes, std::size(attributes));
  if (rv != CKR_OK) return rv;
  return sensitive && always && never && !extractable ? CKR_OK : kKeyNotProtected;
}

}  // namespace

std::string KekLabel(const TenantContext& tenant, int version) {
  return absl::StrCat("oboro/", tenant.id(), "/kek/", version);
}

std::string SigningLabel(const TenantContext& tenant, int version) {
  return absl::StrCat("oboro/", tenant.id(), "/signing/", version);
}

CK_RV GenerateKek(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, const std::string& label,
                  CK_OBJECT_HANDLE* key) {
  CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, nullptr, 0};
  CK_ULONG size = 32;
  CK_ATTRIBUTE attributes[] = {Text(CKA_LABEL, label),          Text(CKA_ID, label),
                               Flag(CKA_TOKEN, !label.empty()), {CKA_VALUE_LEN, &size, sizeof size},
                               Flag(CKA_PRIVATE, true),         Flag(CKA_SENSITIVE, true),
                               Flag(CKA_EXTRACTABLE, false),    Flag(CKA_MODIFIABLE, false),
                               Flag(CKA_ENCRYPT, true),         Flag(CKA_DECRYPT, true),
                               Flag(CKA_WRAP, false),           Flag(CKA_UNWRAP, false),
                               Flag(CKA_SIGN, false),           Flag(CKA_VERIFY, false)};
  return p11.C_GenerateKey(session, &mechanism, attributes, std::size(attributes), key);
}

CK_RV GenerateSigningKey(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session,
                         const std::string& label) {
  CK_MECHANISM mechanism = {CKM_EC_KEY_PAIR_GEN, nullptr, 0};
  CK_ATTRIBUTE for_public[] = {Text(CKA_LABEL, label),
                               Text(CKA_ID, label),
                               Flag(CKA_TOKEN, true),
                               Flag(CKA_PRIVATE, false),
                               Flag(CKA_VERIFY, true),
                               Flag(CKA_MODIFIABLE, false),
                               {CKA_EC_PARAMS, kP256.data(), kP256.size()}};
  CK_ATTRIBUTE for_private[] = {
      Text(CKA_LABEL, label),      Text(CKA_ID, label),       Flag(CKA_TOKEN, true),
      Flag(CKA_PRIVATE, true),     Flag(CKA_SENSITIVE, true), Flag(CKA_EXTRACTABLE, false),
      Flag(CKA_MODIFIABLE, false), Flag(CKA_SIGN, true),      Flag(CKA_DECRYPT, false),
      Flag(CKA_UNWRAP, false),     Flag(CKA_DERIVE, false)};
  CK_OBJECT_HANDLE public_key, private_key;
  return p11.C_GenerateKeyPair(session, &mechanism, for_public, std::size(for_public), for_private,
                               std::size(for_private), &public_key, &private_key);
}

CK_RV DestroyLabelled(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session,
                      const std::string& label) {
  std::vector<CK_OBJECT_HANDLE> found;
  CK_RV rv = Search(p11, session, {Text(CKA_LABEL, label), Flag(CKA_TOKEN, true)}, &found);
  for (const CK_OBJECT_HANDLE object : found) {
    if (rv == CKR_OK) rv = p11.C_DestroyObject(session, object);
  }
  return rv;
}

CK_RV ReadPoint(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                std::string* point) {
  std::array<char, 256> buffer;
  CK_ATTRIBUTE attribute = {CKA_EC_POINT, buffer.data(), buffer.size()};
  const CK_RV rv = p11.C_GetAttributeValue(session, key, &attribute, 1);
  if (rv != CKR_OK) return rv;
  point->assign(buffer.data(), attribute.ulValueLen);
  // The standard asks for a DER OCTET STRING around the point; some tokens give it bare.
  if (point->size() == kPointBytes + 2 && (*point)[0] == 0x04 && (*point)[1] == kPointBytes) {
    point->erase(0, 2);
  }
  return point->size() == kPointBytes ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
}

CK_RV KeyHandles::Find(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, CK_OBJECT_CLASS kind,
                       const std::string& label, CK_OBJECT_HANDLE* handle) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.find({label, kind}); known != known_.end()) {
      *handle = known->second;
      return CKR_OK;
    }
  }
  std::vector<CK_OBJECT_HANDLE> found;
  CK_RV rv = Search(p11, session,
                    {Text(CKA_LABEL, label),
                     Text(CKA_ID, label),
                     Flag(CKA_TOKEN, true),
                     {CKA_CLASS, &kind, sizeof kind}},
                    &found);
  if (rv != CKR_OK) return rv;
  if (found.empty()) return kKeyNotFound;
  if (found.size() > 1) return kKeyNotUnique;
  if (kind != CKO_PUBLIC_KEY) {
    rv = CheckProtected(p11, session, found[0]);
    if (rv != CKR_OK) return rv;
  }
  *handle = found[0];
  const std::lock_guard lock(mutex_);
  known_[{label, kind}] = found[0];
  return CKR_OK;
}

void KeyHandles::Forget(const std::string& label) {
  const std::lock_guard lock(mutex_);
  for (const CK_OBJECT_CLASS kind : {CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) {
    known_.erase({label, kind});
  }
}

void KeyHandles::ForgetAll() {
  const std::lock_guard lock(mutex_);
  known_.clear();
}

}  // namespace oboro::platform

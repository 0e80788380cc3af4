#pragma once

#include <p11-kit/pkcs11.h>

#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/pkcs11_session.h"

namespace oboro::platform {

// Return values of our own, beside the token's.
inline constexpr CK_RV kKeyNotFound = CKR_VENDOR_DEFINED | 0x0B01;
inline constexpr CK_RV kKeyNotUnique = CKR_VENDOR_DEFINED | 0x0B02;
inline constexpr CK_RV kKeyNotProtected = CKR_VENDOR_DEFINED | 0x0B03;

// "oboro/{tenant}/kek/{version}": label and id of a tenant's key-encryption key in the token.
std::string KekLabel(const TenantContext& tenant, int version);
// "oboro/{tenant}/signing/{version}": the same for both halves of a signing key.
std::string SigningLabel(const TenantContext& tenant, int version);

// Makes an AES-256 key that never leaves the token; `label` empty: a key of the session alone.
CK_RV GenerateKek(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, const std::string& label,
                  CK_OBJECT_HANDLE* key);
// Makes a P-256 key pair whose private half never leaves the token.
CK_RV GenerateSigningKey(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session,
                         const std::string& label);
// Destroys every object with the label.
CK_RV DestroyLabelled(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session,
                      const std::string& label);
// The uncompressed point of a public key.
CK_RV ReadPoint(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                std::string* point);

// Finds keys by class and label and remembers their handles: a search costs the more the more keys
// the token has. A secret or private key is refused unless the token says that it is sensitive, not
// extractable, and always was. Thread-safe.
class KeyHandles {
 public:
  CK_RV Find(const CK_FUNCTION_LIST& p11, CK_SESSION_HANDLE session, CK_OBJECT_CLASS kind,
             const std::string& label, CK_OBJECT_HANDLE* handle);
  // To be called when a key is made or destroyed.
  void Forget(const std::string& label);
  // To be called when anything failed: after a new login the token may use old handles for others.
  void ForgetAll();

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, CK_OBJECT_CLASS>, CK_OBJECT_HANDLE> known_;
};

}  // namespace oboro::platform

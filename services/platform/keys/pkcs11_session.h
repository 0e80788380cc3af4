#pragma once

#include <p11-kit/pkcs11.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/base/secret.h"
#include "services/platform/keys/pkcs11_module.h"

namespace oboro::platform {

// A status for a return value of the token that is not about the caller's data: UNAVAILABLE, reason
// TOKEN_UNAVAILABLE.
absl::Status TokenError(const char* what, CK_RV rv);

// A bounded pool of logged-in sessions on one token: a session serves one thread at a time
// (reference/codebases.md 0.4). A session that failed is closed and opened anew.
class Pkcs11Sessions {
 public:
  // Finds the token by label and logs in. `functions` must outlive it.
  static absl::StatusOr<std::unique_ptr<Pkcs11Sessions>> Open(const CK_FUNCTION_LIST& functions,
                                                              const std::string& token_label,
                                                              SecretBytes pin, int sessions);
  ~Pkcs11Sessions();

  // Runs `body` with a session of its own and answers its return value. A return value that may
  // come from a broken session or token makes a new session and runs `body` once more. UNAVAILABLE
  // when no session is to be had within 30 seconds.
  absl::StatusOr<CK_RV> Run(const char* what, const std::function<CK_RV(CK_SESSION_HANDLE)>& body);

  CK_SLOT_ID slot() const { return slot_; }

 private:
  Pkcs11Sessions(const CK_FUNCTION_LIST& functions, CK_SLOT_ID slot, std::string label,
                 SecretBytes pin, int sessions)
      : p11_(functions),
        slot_(slot),
        label_(std::move(label)),
        pin_(std::move(pin)),
        unopened_(sessions) {}

  absl::StatusOr<CK_SESSION_HANDLE> OpenSession();
  absl::StatusOr<CK_SESSION_HANDLE> Take();
  void GiveBack(CK_SESSION_HANDLE session);
  void Discard(CK_SESSION_HANDLE session);

  const CK_FUNCTION_LIST& p11_;
  const CK_SLOT_ID slot_;
  const std::string label_;
  const SecretBytes pin_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<CK_SESSION_HANDLE> idle_;
  int unopened_;  // How many more sessions may be opened.
};

}  // namespace oboro::platform

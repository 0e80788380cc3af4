#include "services/platform/keys/pkcs11_session.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr std::chrono::seconds kLongestWait(30);

// What may mean that the session, the login or the token went away: worth a new session. The
// general error is among them, because tokens answer it for anything (design.md 6).
bool MayBeCuredByANewSession(CK_RV rv) {
  switch (rv) {
    case CKR_GENERAL_ERROR:
    case CKR_FUNCTION_FAILED:
    case CKR_HOST_MEMORY:
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_MEMORY:
    case CKR_DEVICE_REMOVED:
    case CKR_OPERATION_ACTIVE:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
      return true;
    default:
      return false;
  }
}

bool HasLabel(const CK_TOKEN_INFO& info, const std::string& label) {
  std::string padded = label;
  padded.resize(sizeof info.label, ' ');
  return std::equal(padded.begin(), padded.end(), info.label);
}

absl::StatusOr<CK_SLOT_ID> FindSlot(const CK_FUNCTION_LIST& p11, const std::string& label) {
  CK_ULONG count = 0;
  CK_RV rv = p11.C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (rv == CKR_OK) rv = p11.C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (rv != CKR_OK) return TokenError("C_GetSlotList", rv);
  slots.resize(count);
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info;
    if (p11.C_GetTokenInfo(slot, &info) == CKR_OK && HasLabel(info, label)) return slot;
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no PKCS#11 token is labelled '", label, "'; check pkcs11.token_label"));
}

}  // namespace

absl::Status TokenError(const char* what, CK_RV rv) {
  return ReasonedError(
      absl::StatusCode::kUnavailable,
      {"TOKEN_UNAVAILABLE",
       absl::StrFormat("The key token failed (%s answered 0x%x). Try again; if it stays so, check "
                       "the token.",
                       what, rv),
       "鍵トークンが応答しません。再試行し、続く場合はトークンを確認してください。",
       {{"ckr", absl::StrFormat("0x%x", rv)}}});
}

absl::StatusOr<std::unique_ptr<Pkcs11Sessions>> Pkcs11Sessions::Open(
    const CK_FUNCTION_LIST& functions, const std::string& token_label, SecretBytes pin,
    int sessions) {
  ASSIGN_OR_RETURN(const CK_SLOT_ID slot, FindSlot(functions, token_label));
  std::unique_ptr<Pkcs11Sessions> pool(
      new Pkcs11Sessions(functions, slot, token_label, std::move(pin), std::max(1, sessions)));
  // The first session shows at once that the PIN is right.
  ASSIGN_OR_RETURN(const CK_SESSION_HANDLE first, pool->Take());
  pool->GiveBack(first);
  return pool;
}

Pkcs11Sessions::~Pkcs11Sessions() {
  for (const CK_SESSION_HANDLE session : idle_) p11_.C_CloseSession(session);
}

absl::StatusOr<CK_SESSION_HANDLE> Pkcs11Sessions::OpenSession() {
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  CK_RV rv =
      p11_.C_OpenSession(slot_, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
  if (rv != CKR_OK) return TokenError("C_OpenSession", rv);
  // The login belongs to the process, not to the session.
  rv = p11_.C_Login(session, CKU_USER, const_cast<uint8_t*>(pin_.data()), pin_.size());
  if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) return session;
  p11_.C_CloseSession(session);
  if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED) {
    return absl::FailedPreconditionError(
        absl::StrCat("the PIN of token '", label_, "' is not accepted; check pkcs11.pin_file"));
  }
  return TokenError("C_Login", rv);
}

absl::StatusOr<CK_SESSION_HANDLE> Pkcs11Sessions::Take() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, kLongestWait, [this] { return !idle_.empty() || unopened_ > 0; })) {
    return absl::UnavailableError("all sessions of the key token are busy; try again");
  }
  if (!idle_.empty()) {
    const CK_SESSION_HANDLE session = idle_.back();
    idle_.pop_back();
    return session;
  }
  --unopened_;
  lock.unlock();
  absl::StatusOr<CK_SESSION_HANDLE> session = OpenSession();
  if (!session.ok()) {
    lock.lock();
    ++unopened_;
    freed_.notify_one();
  }
  return session;
}

void Pkcs11Sessions::GiveBack(CK_SESSION_HANDLE session) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(session);
  freed_.notify_one();
}

void Pkcs11Sessions::Discard(CK_SESSION_HANDLE session) {
  p11_.C_CloseSession(session);
  const std::lock_guard lock(mutex_);
  ++unopened_;
  freed_.notify_one();
}

absl::StatusOr<CK_RV> Pkcs11Sessions::Run(const char* what,
                                          const std::function<CK_RV(CK_SESSION_HANDLE)>& body) {
  CK_RV rv = CKR_OK;
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSIGN_OR_RETURN(const CK_SESSION_HANDLE session, Take());
    rv = body(session);
    if (!MayBeCuredByANewSession(rv)) {
      GiveBack(session);
      return rv;
    }
    Discard(session);
  }
  return rv;
}

}  // namespace oboro::platform

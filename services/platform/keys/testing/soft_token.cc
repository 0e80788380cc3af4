#include "services/platform/keys/testing/soft_token.h"

#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

namespace fs = std::filesystem;

constexpr char kModule[] = "/usr/lib/softhsm/libsofthsm2.so";
constexpr char kLabel[] = "oboro-test";
constexpr char kSoPin[] = "oboro-test-so-4711";

CK_BYTE* Pin(const char* text) { return reinterpret_cast<CK_BYTE*>(const_cast<char*>(text)); }

CK_RV InitToken(const CK_FUNCTION_LIST& p11) {
  CK_SLOT_ID slots[16];
  CK_ULONG count = std::size(slots);
  CK_RV rv = p11.C_GetSlotList(CK_TRUE, slots, &count);
  if (rv != CKR_OK || count == 0) return rv != CKR_OK ? rv : CKR_TOKEN_NOT_PRESENT;
  CK_BYTE label[32];
  std::memset(label, ' ', sizeof label);
  std::memcpy(label, kLabel, std::strlen(kLabel));
  rv = p11.C_InitToken(slots[0], Pin(kSoPin), std::strlen(kSoPin), label);
  if (rv != CKR_OK) return rv;
  CK_SESSION_HANDLE session;
  rv = p11.C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
  if (rv != CKR_OK) return rv;
  rv = p11.C_Login(session, CKU_SO, Pin(kSoPin), std::strlen(kSoPin));
  if (rv == CKR_OK) rv = p11.C_InitPIN(session, Pin(SoftToken::kPin), std::strlen(SoftToken::kPin));
  p11.C_CloseSession(session);
  return rv;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SoftToken>> SoftToken::Make() {
  std::unique_ptr<SoftToken> token(new SoftToken());
  std::string pattern = (fs::temp_directory_path() / "oboro-token-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return absl::InternalError("no temporary folder");
  token->folder_ = pattern;
  fs::create_directory(token->folder_ + "/tokens");
  const std::string conf = token->folder_ + "/softhsm2.conf";
  std::ofstream(conf) << "directories.tokendir = " << token->folder_
                      << "/tokens\nobjectstore.backend = file\nobjectstore.umask = 0077\n"
                         "log.level = ERROR\n";
  token->options_ = {kModule, kLabel, token->folder_ + "/pin", 4};
  const mode_t before = umask(077);
  std::ofstream(token->options_.pin_file) << kPin << "\n";
  umask(before);
  setenv("SOFTHSM2_CONF", conf.c_str(), 1);
  ASSIGN_OR_RETURN(token->module_, Pkcs11Module::Load(kModule));
  const CK_RV rv = InitToken(token->module_->functions());
  if (rv != CKR_OK) {
    return absl::InternalError(absl::StrFormat("the test token could not be made: 0x%x", rv));
  }
  return token;
}

SoftToken::~SoftToken() {
  module_ = nullptr;
  if (!folder_.empty()) fs::remove_all(folder_);
}

}  // namespace oboro::platform

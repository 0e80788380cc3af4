// What is true of the token itself: looked at from outside by OpenSC's pkcs11-tool where that is
// possible, and through a function list that fails on purpose.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/keys/pkcs11_key_manager.h"
#include "services/platform/keys/testing/soft_token.h"

namespace oboro::platform {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The token's own functions with a switch in front; plain functions, since PKCS#11 takes no state.
struct Faults {
  const CK_FUNCTION_LIST* real = nullptr;
  CK_RV encrypt = CKR_OK;
  CK_RV sign = CKR_OK;
  CK_RV open = CKR_OK;
  int times = 0;
  bool no_gcm = false;
  bool deaf_to_aad = false;
} faults;

bool Fails(CK_RV rv) { return rv != CKR_OK && faults.times > 0 && faults.times-- > 0; }

CK_RV FaultyEncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  if (faults.deaf_to_aad) static_cast<CK_GCM_PARAMS*>(mechanism->pParameter)->ulAADLen = 0;
  return Fails(faults.encrypt) ? faults.encrypt
                               : faults.real->C_EncryptInit(session, mechanism, key);
}
CK_RV FaultyDecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  if (faults.deaf_to_aad) static_cast<CK_GCM_PARAMS*>(mechanism->pParameter)->ulAADLen = 0;
  return faults.real->C_DecryptInit(session, mechanism, key);
}
CK_RV FaultySignInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return Fails(faults.sign) ? faults.sign : faults.real->C_SignInit(session, mechanism, key);
}
CK_RV FaultyOpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify,
                        CK_SESSION_HANDLE* session) {
  return Fails(faults.open) ? faults.open
                            : faults.real->C_OpenSession(slot, flags, application, notify, session);
}
CK_RV FaultyMechanismInfo(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO* info) {
  if (faults.no_gcm && type == CKM_AES_GCM) return CKR_MECHANISM_INVALID;
  return faults.real->C_GetMechanismInfo(slot, type, info);
}

class Pkcs11Test : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(token_, SoftToken::Make());
    faults = Faults{&token_->module()->functions()};
    faulty_ = token_->module()->functions();
    faulty_.C_EncryptInit = FaultyEncryptInit;
    faulty_.C_DecryptInit = FaultyDecryptInit;
    faulty_.C_SignInit = FaultySignInit;
    faulty_.C_OpenSession = FaultyOpenSession;
    faulty_.C_GetMechanismInfo = FaultyMechanismInfo;
  }
  absl::StatusOr<std::unique_ptr<KeyManager>> OpenFaulty() {
    return OpenPkcs11On(token_->module(), &faulty_, token_->options());
  }
  // Runs pkcs11-tool, another process, on the same token; answers what it printed.
  std::string Tool(const std::string& arguments) {
    const std::string command = absl::StrCat(
        "SOFTHSM2_CONF=", token_->folder(), "/softhsm2.conf pkcs11-tool --module ",
        token_->options().module_path, " --login --pin ", SoftToken::kPin, " ", arguments, " 2>&1");
    FILE* pipe = popen(command.c_str(), "r");
    std::string out;
    char buffer[512];
    while (fgets(buffer, sizeof buffer, pipe) != nullptr) out += buffer;
    pclose(pipe);
    return out;
  }

  std::unique_ptr<SoftToken> token_;
  CK_FUNCTION_LIST faulty_;
  const TenantContext tenant_ =
      TenantContext::MakeResolved("tsukuba", "082201", 260000, TenantState::kActive);
};

TEST_F(Pkcs11Test, KeysCannotLeaveTheToken) {
  ASSERT_OK_AND_ASSIGN(auto keys, OpenPkcs11(token_->options()));
  ASSERT_OK(keys->CreateTenantKeys(tenant_, 1));
  const std::string secret = Tool("--list-objects --type secrkey");
  EXPECT_THAT(secret, HasSubstr("oboro/tsukuba/kek/1"));
  EXPECT_THAT(secret, HasSubstr("length 32"));
  EXPECT_THAT(secret, HasSubstr("sensitive, always sensitive, never extractable, local"));
  EXPECT_THAT(secret, Not(HasSubstr("wrap")));
  const std::string pair = Tool("--list-objects --type privkey");
  EXPECT_THAT(pair, HasSubstr("oboro/tsukuba/signing/1"));
  EXPECT_THAT(pair, HasSubstr("sensitive, always sensitive, never extractable, local"));
  const std::string read =
      Tool(absl::StrCat("--read-object --type secrkey --label oboro/tsukuba/kek/1 --output-file ",
                        token_->folder(), "/stolen"));
  EXPECT_THAT(read, HasSubstr("CKR_ATTRIBUTE_SENSITIVE"));
}

TEST_F(Pkcs11Test, AKeyDestroyedByAnotherProcessIsGoneHereToo) {
  ASSERT_OK_AND_ASSIGN(auto keys, OpenPkcs11(token_->options()));
  ASSERT_OK(keys->CreateTenantKeys(tenant_, 1));
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys->GenerateSecret());
  ASSERT_OK_AND_ASSIGN(const WrappedKey wrapped,
                       keys->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", secret));
  Tool("--delete-object --type secrkey --label oboro/tsukuba/kek/1");
  EXPECT_THAT(keys->Unwrap(tenant_, KeyPurpose::kDataKey, "o", wrapped),
              HasReason("KEY_DESTROYED"));
}

TEST_F(Pkcs11Test, RefusesAKeyThatMayLeaveTheToken) {
  ASSERT_OK_AND_ASSIGN(auto keys, OpenPkcs11(token_->options()));
  // "oboro/tsukuba/kek/1" in hex, planted from outside with weaker attributes.
  const std::string made = Tool(
      "--keygen --key-type AES:32 --extractable --label oboro/tsukuba/kek/1 "
      "--id 6f626f726f2f7473756b7562612f6b656b2f31");
  ASSERT_THAT(made, HasSubstr("Key generated"));
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys->GenerateSecret());
  EXPECT_THAT(keys->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", secret),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(Pkcs11Test, ATokenFaultIsCuredByANewSession) {
  ASSERT_OK_AND_ASSIGN(auto keys, OpenFaulty());
  ASSERT_OK(keys->CreateTenantKeys(tenant_, 1));
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys->GenerateSecret());
  for (const CK_RV rv : {CKR_SESSION_HANDLE_INVALID, CKR_DEVICE_ERROR, CKR_USER_NOT_LOGGED_IN,
                         CKR_KEY_HANDLE_INVALID, CKR_GENERAL_ERROR}) {
    faults.encrypt = faults.sign = rv;
    faults.times = 1;
    EXPECT_OK(keys->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", secret)) << rv;
    faults.times = 1;
    EXPECT_OK(keys->Sign(tenant_, 1, "m")) << rv;
  }
}

TEST_F(Pkcs11Test, ALastingTokenFaultIsUnavailableAndLosesNoSession) {
  ASSERT_OK_AND_ASSIGN(auto keys, OpenFaulty());
  ASSERT_OK(keys->CreateTenantKeys(tenant_, 1));
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys->GenerateSecret());
  // More often than the pool has sessions.
  for (int i = 0; i < 20; ++i) {
    faults.encrypt = CKR_DEVICE_REMOVED;
    faults.times = 2;
    EXPECT_THAT(keys->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", secret),
                HasReason("TOKEN_UNAVAILABLE"));
    faults.open = CKR_TOKEN_NOT_PRESENT;
    faults.times = 3;
    EXPECT_THAT(keys->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", secret),
                HasReason("TOKEN_UNAVAILABLE"));
    faults.encrypt = faults.open = CKR_OK;
    faults.times = 0;
  }
  EXPECT_OK(keys->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", secret));
}

TEST_F(Pkcs11Test, RefusesATokenThatCannotDoItsWork) {
  faults.no_gcm = true;
  EXPECT_THAT(OpenFaulty(), StatusIs(absl::StatusCode::kFailedPrecondition));
  faults.no_gcm = false;
  faults.deaf_to_aad = true;
  const auto deaf = OpenFaulty();
  EXPECT_THAT(deaf, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(deaf.status().message()), HasSubstr("AAD"));
  faults.deaf_to_aad = false;
  EXPECT_OK(OpenFaulty());
}

TEST_F(Pkcs11Test, WrongSettingsAreNamed) {
  Pkcs11Options options = token_->options();
  options.token_label = "nobody";
  EXPECT_THAT(std::string(OpenPkcs11(options).status().message()), HasSubstr("pkcs11.token_label"));
  options = token_->options();
  options.pin_file = token_->folder() + "/none";
  EXPECT_THAT(std::string(OpenPkcs11(options).status().message()), HasSubstr("pkcs11.pin_file"));
  options.pin_file = token_->folder() + "/wrong";
  std::ofstream(options.pin_file) << "not the pin\n";
  EXPECT_THAT(std::string(OpenPkcs11(options).status().message()), HasSubstr("pkcs11.pin_file"));
  options = token_->options();
  options.module_path = "/nonexistent.so";
  EXPECT_THAT(std::string(OpenPkcs11(options).status().message()), HasSubstr("pkcs11.module"));
}

TEST_F(Pkcs11Test, KeysSurviveARestartOfTheModule) {
  WrappedKey wrapped;
  {
    ASSERT_OK_AND_ASSIGN(auto keys, OpenPkcs11(token_->options()));
    ASSERT_OK(keys->CreateTenantKeys(tenant_, 1));
    ASSERT_OK_AND_ASSIGN(wrapped,
                         keys->Wrap(tenant_, 1, KeyPurpose::kPseudonym, "", SecretBytes(32)));
  }
  ASSERT_OK_AND_ASSIGN(auto keys, OpenPkcs11(token_->options()));
  EXPECT_OK(keys->Unwrap(tenant_, KeyPurpose::kPseudonym, "", wrapped));
}

}  // namespace
}  // namespace oboro::platform

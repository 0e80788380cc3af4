#include "services/tenancy/validate.h"

#include <unicode/errorcode.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/civic/codes/check_digit.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/tenancy/errors.h"

namespace oboro::tenancy {
namespace {

constexpr size_t kMaxText = 255;
constexpr size_t kMaxNameBytes = 4096;  // Before it is put into NFC.
constexpr int kMaxNameCharacters = 100;
constexpr int64_t kMaxPopulation = 200'000'000;

bool HasControl(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

// Control, formatting (among them those that turn the direction of a line), line and paragraph
// separators, and halves of surrogates.
constexpr uint32_t kUnshowable =
    U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;

bool IsShowable(const icu::UnicodeString& text) {
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    if ((U_GET_GC_MASK(text.char32At(i)) & kUnshowable) != 0) return false;
  }
  return true;
}

}  // namespace

absl::Status ValidateDisplayName(const std::string& name) {
  if (name.empty() || name.size() > kMaxText || HasControl(name)) {
    return InvalidField("display_name", "a text of 1 to 255 bytes without control characters",
                        "制御文字を含まない1～255バイトの文字列");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NormalizeMemberName(const std::string& name) {
  const absl::Status invalid =
      InvalidField("display_name", "at most 100 characters, none of them a control character",
                   "制御文字を含まない100文字以下の文字列");
  if (name.size() > kMaxNameBytes) return invalid;
  icu::ErrorCode error;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  icu::UnicodeString text;
  if (error.isSuccess()) text = nfc->normalize(icu::UnicodeString::fromUTF8(name), error);
  if (error.isFailure()) return absl::InternalError("ICU has no NFC");
  text.trim();
  if (text.countChar32() > kMaxNameCharacters || !IsShowable(text)) return invalid;
  std::string normal;
  text.toUTF8String(normal);
  return normal;
}

absl::Status ValidatePrincipal(const v1::Principal& principal, const std::string& field) {
  if (!absl::StartsWith(principal.issuer(), "https://") || principal.issuer().size() > kMaxText ||
      HasControl(principal.issuer()) || absl::StrContains(principal.issuer(), "#")) {
    return InvalidField(absl::StrCat(field, ".issuer"), "the https URL of an OpenID provider",
                        "OpenIDプロバイダーの https URL");
  }
  if (principal.subject().empty() || principal.subject().size() > kMaxText ||
      HasControl(principal.subject())) {
    return InvalidField(absl::StrCat(field, ".subject"), "a token's `sub`, 1 to 255 bytes",
                        "トークンの sub（1～255バイト）");
  }
  return absl::OkStatus();
}

absl::Status ValidateQuota(const v1::Quota& quota) {
  if (quota.bytes() < 0 || quota.rows() < 0 || quota.concurrent_jobs() < 0) {
    return InvalidField("quota", "figures of 0 or more", "0以上の数値");
  }
  return absl::OkStatus();
}

absl::Status ValidateChosenId(const std::string& id, const std::string& field) {
  if (id.size() < 2 || !platform::IsId(id)) {
    return InvalidField(field, "an id [a-z][a-z0-9-]{1,62}", "[a-z][a-z0-9-]{1,62} の形の識別子");
  }
  return absl::OkStatus();
}

absl::Status ValidateCreateTenant(const v1::CreateTenantRequest& request) {
  if (!civic::IsMunicipalityCode(request.municipality_code())) {
    return InvalidField("municipality_code", "6 digits with a right check digit",
                        "検査数字の正しい6桁の全国地方公共団体コード");
  }
  RETURN_IF_ERROR(ValidateDisplayName(request.display_name()));
  if (request.population() < 0 || request.population() > kMaxPopulation) {
    return InvalidField("population", "from 0 to 200,000,000", "0～200,000,000 の人口");
  }
  RETURN_IF_ERROR(ValidatePrincipal(request.administrator(), "administrator"));
  return ValidateQuota(request.quota());
}

}  // namespace oboro::tenancy

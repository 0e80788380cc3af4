#include "services/tenancy/validate.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/civic/codes/check_digit.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/tenancy/errors.h"

namespace oboro::tenancy {
namespace {

constexpr size_t kMaxText = 255;
constexpr int64_t kMaxPopulation = 200'000'000;

bool HasControl(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

absl::Status ValidateDisplayName(const std::string& name) {
  if (name.empty() || name.size() > kMaxText || HasControl(name)) {
    return InvalidField("display_name", "a text of 1 to 255 bytes without control characters",
                        "制御文字を含まない1～255バイトの文字列");
  }
  return absl::OkStatus();
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

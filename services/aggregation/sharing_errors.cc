#include "services/aggregation/sharing_errors.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {

using absl::StatusCode;
using platform::ReasonedError;

absl::Status ViewNotYours() {
  return ReasonedError(
      StatusCode::kPermissionDenied,
      {"VIEW_NOT_YOURS",
       "Only its owner changes or deletes a view. Save one of your own.",
       "保存した見方を変更・削除できるのは作成者だけです。別名で保存してください。",
       {}});
}

absl::Status ReleaseSelfReview(bool author) {
  return ReasonedError(
      StatusCode::kPermissionDenied,
      {"RELEASE_SELF_REVIEW",
       author ? "You made this statistic or consented to it: another privacy officer must review "
                "its release."
              : "You asked for this release: another privacy officer must review it.",
       author ? "この統計表の作成者と同意した人は審査できません。別の個人情報保護担当が審査してくだ"
                "さい。"
              : "申請した本人は審査できません。別の個人情報保護担当が審査してください。",
       {}});
}

absl::Status ReleaseNotYours() {
  return ReasonedError(
      StatusCode::kPermissionDenied,
      {"RELEASE_NOT_YOURS",
       "A release is withdrawn by a privacy officer or administrator; a request, as long as it is "
       "under review, also by who asked for it.",
       "取下げできるのは個人情報保護担当か管理者です。審査前の申請は申請者本人も取り下げられます。",
       {}});
}

absl::Status ReleaseUnderWay(absl::string_view release) {
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"RELEASE_UNDER_WAY",
       absl::StrCat("This statistic has a request or release already", release.empty() ? "" : ": ",
                    release, ". Follow that one, or withdraw it first."),
       "この統計表にはすでに公開申請があります。その申請を確かめるか、先に取り下げてください。",
       {{"release", std::string(release)}}});
}

absl::Status RequestIdReused() {
  return ReasonedError(StatusCode::kAlreadyExists,
                       {"REQUEST_ID_REUSED",
                        "This request_id was used for another request; take a new one.",
                        "この request_id は別の依頼で使われています。新しいものを使ってください。",
                        {}});
}

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t most,
                       bool required) {
  size_t characters = 0;
  bool control = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    characters += (byte & 0xc0) != 0x80;  // Continuation bytes begin no character.
    control |= byte == 0x7f || (byte < 0x20 && c != '\n' && c != '\t');
  }
  const bool empty = absl::StripAsciiWhitespace(text).empty();
  if (characters <= most && !control && !(required && empty)) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat(required ? "1 to " : "at most ", most, " characters of plain text"),
      absl::StrCat(required ? "1〜" : "", most, "文字以内で入力してください"));
}

}  // namespace oboro::aggregation

#include "services/tenancy/errors.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::tenancy {

using absl::StatusCode;
using platform::ReasonedError;

absl::Status InvalidField(absl::string_view field, absl::string_view must,
                          absl::string_view must_ja) {
  return ReasonedError(StatusCode::kInvalidArgument,
                       {"INVALID_ARGUMENT",
                        absl::StrCat("`", field, "` must be ", must, "."),
                        absl::StrCat("`", field, "` には", must_ja, "を指定してください。"),
                        {{"field", std::string(field)}}});
}

absl::Status InvalidPageToken() {
  return ReasonedError(StatusCode::kInvalidArgument,
                       {"INVALID_PAGE_TOKEN",
                        "`page_token` must be one that an earlier answer of this list gave.",
                        "`page_token` には前の応答の値を指定してください。",
                        {}});
}

absl::Status TenantExists() {
  return ReasonedError(
      StatusCode::kAlreadyExists,
      {"TENANT_EXISTS",
       "There is a tenant with this municipality code already. Use it, or shred it first.",
       "この団体コードのテナントは既に存在します。",
       {}});
}

absl::Status MemberExists() {
  return ReasonedError(StatusCode::kAlreadyExists,
                       {"MEMBER_EXISTS",
                        "This person has this role in this department already.",
                        "この利用者には既に同じ役割があります。",
                        {}});
}

absl::Status LastAdministrator() {
  return ReasonedError(StatusCode::kFailedPrecondition,
                       {"LAST_ADMINISTRATOR",
                        "This is the tenant's last administrator. Add another one first.",
                        "最後の管理者は削除できません。先に別の管理者を追加してください。",
                        {}});
}

absl::Status ConfirmationWrong() {
  return ReasonedError(
      StatusCode::kInvalidArgument,
      {"CONFIRMATION_WRONG",
       "`confirm_municipality_code` is not this tenant's municipality code. Nothing was done.",
       "確認用の団体コードが一致しません。何も変更していません。",
       {}});
}

absl::Status OperationNotYours() {
  return ReasonedError(StatusCode::kPermissionDenied,
                       {"OPERATION_NOT_YOURS",
                        "Only who asked for an operation, or an administrator, may cancel it.",
                        "処理を取り消せるのは、依頼した本人か管理者だけです。",
                        {}});
}

absl::Status AuditEmpty() {
  return ReasonedError(StatusCode::kFailedPrecondition,
                       {"AUDIT_EMPTY",
                        "The chain has no event yet: there is no head to sign.",
                        "監査記録がまだありません。",
                        {}});
}

absl::Status ShuttingDown() {
  return ReasonedError(StatusCode::kUnavailable,
                       {"SHUTTING_DOWN",
                        "The service is being restarted. Try again in a moment.",
                        "サービスを再起動しています。しばらくしてから再試行してください。",
                        {}});
}

absl::Status DepartmentInUse(int members) {
  const bool by_members = members > 0;
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"DEPARTMENT_IN_USE",
       by_members ? absl::StrCat("The department still has ", members,
                                 " roles of members. Take them away or give them to another one.")
                  : "The department still holds datasets; it stays as long as they do.",
       by_members ? absl::StrCat("この課にはまだ ", members,
                                 " 件の役割があります。先に職員の役割を外すか移してください。")
                  : "この課はデータセットを保有しているため削除できません。",
       {{"by", by_members ? "members" : "datasets"}}});
}

absl::Status NotYourDepartment() {
  return ReasonedError(StatusCode::kPermissionDenied,
                       {"NOT_YOUR_DEPARTMENT",
                        "The dataset belongs to another department: its steward sees its uses.",
                        "このデータセットは他の課が保有しています。保有課の担当が確認できます。",
                        {}});
}

}  // namespace oboro::tenancy

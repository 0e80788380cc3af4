#include "services/upload/errors.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::upload {

using platform::ReasonedError;

absl::Status NotYourDepartment() {
  return ReasonedError(absl::StatusCode::kPermissionDenied,
                       {"NOT_YOUR_DEPARTMENT",
                        "the dataset belongs to another department; ask that department's steward",
                        "このデータセットは他の課が保有しています。保有課に依頼してください。",
                        {}});
}

absl::Status DatasetExists(absl::string_view dataset_id) {
  return ReasonedError(absl::StatusCode::kAlreadyExists,
                       {"DATASET_EXISTS",
                        absl::StrCat("there is a dataset ", dataset_id, " with other content"),
                        absl::StrCat("データセット ", dataset_id, " は別の内容で既にあります。"),
                        {}});
}

absl::Status SchemaInvalid(absl::string_view faults) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"SCHEMA_INVALID",
                        absl::StrCat("the schema is not valid: ", faults),
                        absl::StrCat("スキーマに誤りがあります: ", faults),
                        {}});
}

absl::Status ProfileInvalid(absl::string_view faults) {
  return ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"PROFILE_INVALID",
       absl::StrCat("the profile does not fit the dataset's schema: ", faults,
                    "; map each header once to a column of the schema, or to nothing"),
       absl::StrCat("取込プロファイルがデータセットの定義に合いません: ", faults,
                    "。見出しごとに定義の列を一つ選ぶか、「読まない」にしてください。"),
       {}});
}

absl::Status InvalidField(absl::string_view field, absl::string_view want,
                          absl::string_view want_ja) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"INVALID_FIELD",
                        absl::StrCat(field, " must be ", want),
                        absl::StrCat(field, " は", want_ja, "を指定してください。"),
                        {{"field", std::string(field)}}});
}

absl::Status SnapshotNotOpen(absl::string_view state) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"SNAPSHOT_NOT_OPEN",
                        absl::StrCat("the snapshot is ", state, ", not OPEN; open a new one"),
                        "この時点データは受付中ではありません。新しく作成してください。",
                        {{"state", std::string(state)}}});
}

absl::Status SnapshotBeingChecked() {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"SNAPSHOT_BEING_CHECKED",
                        "the snapshot is being checked; wait for its operation or cancel it",
                        "この時点データは検査中です。終了を待つか、処理を中止してください。",
                        {}});
}

absl::Status RequestIdReused() {
  return ReasonedError(
      absl::StatusCode::kAlreadyExists,
      {"REQUEST_ID_REUSED",
       "This request_id was used for another request; take a new one for each request.",
       "この request_id は別の要求で使用済みです。要求ごとに新しい値を指定してください。",
       {}});
}

absl::Status SnapshotDestroyed() {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"SNAPSHOT_DESTROYED",
                        "the snapshot was destroyed; only its counts remain",
                        "この時点データは廃棄済みです。件数のみ残っています。",
                        {}});
}

absl::Status SnapshotNotChecked(absl::string_view state) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"SNAPSHOT_NOT_CHECKED",
                        absl::StrCat("the snapshot is ", state, "; complete it first"),
                        "この時点データはまだ検査されていません。先に完了させてください。",
                        {{"state", std::string(state)}}});
}

absl::Status SnapshotNotInReview(absl::string_view state) {
  return ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"SNAPSHOT_NOT_IN_REVIEW",
       absl::StrCat("the snapshot is ", state, ", not REVIEW; its findings are not to be settled"),
       "この時点データは確認中ではないため、検出事項の処理はできません。",
       {{"state", std::string(state)}}});
}

absl::Status TooManyFindings() {
  return ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"SNAPSHOT_REFUSED",
       "the file has more findings than can be reviewed; mend it at the source and upload again",
       "検出事項が多すぎて確認できません。元の台帳で直して、もう一度アップロードしてください。",
       {}});
}

absl::Status NoSuchFinding() {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"NO_SUCH_FINDING",
                        "no finding of the snapshot has this rule and record number; take both "
                        "from ListFindings",
                        "指定した規則・行番号の検出事項がありません。一覧から選んでください。",
                        {}});
}

absl::Status TooManyMarks(int64_t limit) {
  return ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"TOO_MANY_SETTLED",
       absl::StrCat("more than ", limit,
                    " records would be left out or values made unknown; send the file back and "
                    "mend it at the source"),
       absl::StrCat("除外または不明とする件数が ", limit,
                    " 件を超えます。差し戻して、元の台帳で直してください。"),
       {}});
}

absl::Status AllRecordsExcluded() {
  return ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"ALL_RECORDS_EXCLUDED",
       "every record would be left out; send the file back instead of excluding all of it",
       "すべてのレコードが除外されます。除外ではなく差戻しにしてください。",
       {}});
}

absl::Status OffsetMismatch(int64_t got, int64_t committed) {
  return ReasonedError(
      absl::StatusCode::kOutOfRange,
      {"OFFSET_MISMATCH",
       absl::StrCat("offset ", got, " does not continue the file; go on at ", committed),
       absl::StrCat("位置 ", got, " は続きではありません。", committed, " から再開してください。"),
       {{"committed_bytes", absl::StrCat(committed)}}});
}

absl::Status ChecksumMismatch(int64_t offset) {
  return ReasonedError(
      absl::StatusCode::kDataLoss,
      {"CHECKSUM_MISMATCH",
       absl::StrCat("CRC32C of the bytes at offset ", offset,
                    " does not match; ask committed_bytes and send again from there"),
       absl::StrCat("位置 ", offset,
                    " のデータが転送中に壊れました。確定済みの位置から送り直してください。"),
       {}});
}

absl::Status PieceTooLarge(int64_t bytes, int64_t limit) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"PIECE_TOO_LARGE",
                        absl::StrCat("a message carries ", bytes, " bytes, at most ", limit),
                        absl::StrCat("1回の送信は ", limit, " バイトまでです。"),
                        {}});
}

absl::Status WriterReplaced() {
  return ReasonedError(
      absl::StatusCode::kAborted,
      {"WRITER_REPLACED",
       "another call has taken over this upload; ask committed_bytes before going on",
       "別の接続がこのアップロードを引き継ぎました。確定済みの位置を確認してください。",
       {}});
}

absl::Status LengthMismatch(int64_t total, int64_t committed) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"LENGTH_MISMATCH",
                        absl::StrCat("the file has ", total, " bytes, ", committed,
                                     " are committed; send the rest first"),
                        absl::StrCat("ファイルは ", total, " バイトですが、確定済みは ", committed,
                                     " バイトです。残りを送ってください。"),
                        {{"committed_bytes", absl::StrCat(committed)}}});
}

absl::Status TooManyTries() {
  return ReasonedError(absl::StatusCode::kResourceExhausted,
                       {"TOO_MANY_CALLS",
                        "too many files are being tried; try again in a moment",
                        "事前確認が込み合っています。少し待ってからもう一度お試しください。",
                        {}});
}

}  // namespace oboro::upload

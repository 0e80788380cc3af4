#include "services/platform/rpc/errors.h"

#include <string>

#include "google/rpc/error_details.pb.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/error_details.h"

namespace oboro::platform {
namespace {

// Codes that say enough by themselves and are answered by libraries without a reason of ours.
bool KeepsItsCode(absl::StatusCode code) {
  return code == absl::StatusCode::kCancelled || code == absl::StatusCode::kDeadlineExceeded ||
         code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kAborted;
}

Reason Bare(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return {"CANCELLED", "The call was cancelled.", "呼び出しは取り消されました。", {}};
    case absl::StatusCode::kDeadlineExceeded:
      return {"DEADLINE_EXCEEDED",
              "The call took longer than its deadline. Try again with a longer one.",
              "時間内に処理が終わりませんでした。時間を延ばして再試行してください。",
              {}};
    case absl::StatusCode::kUnavailable:
      return {"UNAVAILABLE",
              "A part of the service cannot be reached. Try again in a moment.",
              "サービスの一部に接続できません。しばらくしてから再試行してください。",
              {}};
    case absl::StatusCode::kAborted:
      return {"ABORTED",
              "Another call was faster. Try again.",
              "他の処理と競合しました。もう一度実行してください。",
              {}};
    default:
      return {"INTERNAL",
              "The service failed. Tell central operations the time of the call.",
              "内部エラーが発生しました。発生時刻を運営に伝えてください。",
              {}};
  }
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  absl::StatusCode code = status.code();
  Reason reason = ReasonOf(status);
  // Reasons of ours always have their Japanese text; a bare status has none.
  if (reason.message_ja.empty()) {
    if (!KeepsItsCode(code)) code = absl::StatusCode::kInternal;
    reason = Bare(code);
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(reason.message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason.name);
  info.set_domain(kErrorDomain);
  info.mutable_metadata()->insert(reason.metadata.begin(), reason.metadata.end());
  details.add_details()->PackFrom(info);
  google::rpc::LocalizedMessage localized;
  localized.set_locale("ja");
  localized.set_message(reason.message_ja);
  details.add_details()->PackFrom(localized);
  return details;
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  const auto code = static_cast<absl::StatusCode>(status.code());
  if (code == absl::StatusCode::kOk) return absl::OkStatus();
  Reason reason = {
      std::string(absl::StatusCodeToString(code)), status.message(), Bare(code).message_ja, {}};
  for (const auto& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::LocalizedMessage localized;
    if (detail.UnpackTo(&info)) {
      reason.name = info.reason();
      reason.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (detail.UnpackTo(&localized)) {
      reason.message_ja = localized.message();
    }
  }
  return ReasonedError(code, reason);
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status details;
  // What is not ours (a proxy's, the transport's) has no details or others.
  if (!details.ParseFromString(status.error_details())) details.Clear();
  details.set_code(static_cast<int>(status.error_code()));
  details.set_message(status.error_message());
  return FromRpcStatus(details);
}

}  // namespace oboro::platform

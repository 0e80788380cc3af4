#include "services/cli/watch.h"

#include "absl/time/clock.h"
#include "oboro/operation/v1/operation.grpc.pb.h"
#include "services/cli/progress.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

using operation::v1::Operation;

// An operation may run for hours; a stream is renewed before its token ends.
constexpr absl::Duration kStream = absl::Minutes(10);
constexpr int kReconnects = 60;
constexpr absl::Duration kPause = absl::Seconds(1);

bool Ended(const Operation& operation) {
  return operation.state() == operation::v1::OPERATION_STATE_SUCCEEDED ||
         operation.state() == operation::v1::OPERATION_STATE_FAILED ||
         operation.state() == operation::v1::OPERATION_STATE_CANCELLED;
}

absl::StatusOr<Operation> Outcome(const Operation& operation) {
  if (operation.state() == operation::v1::OPERATION_STATE_SUCCEEDED) return operation;
  if (operation.state() == operation::v1::OPERATION_STATE_CANCELLED) {
    return platform::ReasonedError(
        absl::StatusCode::kCancelled,
        {"OPERATION_CANCELLED",
         "The operation was cancelled. Ask for it again if it is wanted.",
         "処理は中止されました。必要ならもう一度実行してください。",
         {{"operation", operation.name()}}});
  }
  std::string serialized;
  operation.error().SerializeToString(&serialized);
  return platform::FromGrpc(grpc::Status(static_cast<grpc::StatusCode>(operation.error().code()),
                                         operation.error().message(), serialized));
}

bool IsTransient(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

}  // namespace

absl::StatusOr<Operation> Watch(App& app, Session& session, const std::string& name) {
  ProgressBar bar(app.err, !app.json);
  operation::v1::WatchOperationRequest request;
  request.set_name(name);
  absl::Status last;
  for (int attempt = 0; attempt < kReconnects; ++attempt) {
    if (attempt > 0 && last.code() == absl::StatusCode::kUnavailable) absl::SleepFor(kPause);
    ASSIGN_OR_RETURN(const auto context, session.NewContext(kStream));
    operation::v1::OperationService::Stub stub(session.channel());
    const auto stream = stub.WatchOperation(context.get(), request);
    operation::v1::WatchOperationResponse response;
    while (stream->Read(&response)) {
      const Operation& operation = response.operation();
      bar.Show(operation.kind() + " " + operation.stage(), operation.done(), operation.total());
      if (!Ended(operation)) continue;
      bar.Clear();
      return Outcome(operation);
    }
    last = platform::FromGrpc(stream->Finish());
    if (!last.ok() && !IsTransient(last)) return last;
  }
  return last.ok() ? absl::UnavailableError("the stream ended before the operation") : last;
}

}  // namespace oboro::cli

#include "services/cli/exit_codes.h"

namespace oboro::cli {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return kBadInput;
    case absl::StatusCode::kUnauthenticated:
      return kUnauthenticated;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kNotFound:
      return kDenied;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kCancelled:
      return kRefused;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return kConflict;
    case absl::StatusCode::kResourceExhausted:
      return kQuota;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnavailable;
    case absl::StatusCode::kDataLoss:
      return kVerificationFailed;
    default:
      return kInternal;
  }
}

}  // namespace oboro::cli

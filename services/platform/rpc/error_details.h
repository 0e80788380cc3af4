#pragma once

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace oboro::platform {

// The domain of every ErrorInfo.
inline constexpr char kErrorDomain[] = "oboro.internal";

// A status as callers may see it: code, English message, ErrorInfo and LocalizedMessage (ja). What
// carries no reason of ours becomes INTERNAL without its text, except CANCELLED, DEADLINE_EXCEEDED,
// UNAVAILABLE and ABORTED, which keep their code.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// Back again, reason included.
absl::Status FromRpcStatus(const google::rpc::Status& status);

}  // namespace oboro::platform

#pragma once

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"

namespace oboro::platform {

// The one conversion at the edge (design.md 5.10): a status that carries a reason keeps code, and
// its reason becomes ErrorInfo and LocalizedMessage (ja) in grpc-status-details-bin. A status that
// carries none is a fault of ours: it answers INTERNAL with nothing of its text (which the caller
// logs), except CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE and ABORTED, which keep their code.
grpc::Status ToGrpc(const absl::Status& status);

// Back again on the client's side, reason included. A transport error without details gets the
// reason UNAVAILABLE, DEADLINE_EXCEEDED ... of its code.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace oboro::platform

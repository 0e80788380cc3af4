#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "oboro/operation/v1/operation.pb.h"
#include "services/cli/app.h"

namespace oboro::cli {

// Follows an operation with a progress bar until it has ended. One that failed or was cancelled
// comes back as its error. A broken stream is taken up again: the work goes on without us.
absl::StatusOr<operation::v1::Operation> Watch(App& app, Session& session, const std::string& name);

}  // namespace oboro::cli

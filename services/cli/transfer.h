#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "oboro/operation/v1/operation.pb.h"
#include "services/cli/session.h"

namespace oboro::cli {

// Called with (done, total) bytes.
using TransferProgress = std::function<void(int64_t, int64_t)>;

// An id that is the same for the same file at the same place: (scope, path, size, time of change).
// A repeated upload of it finds the snapshot that was begun.
absl::StatusOr<std::string> FileRequestId(const std::string& scope, const std::string& path);

// A fresh UUID-shaped request id.
std::string NewRequestId();

// Sends what is not yet durable of `path` to an open snapshot, taking up again after broken
// connections, then closes it. Flat memory. Answers the operation of the check.
absl::StatusOr<operation::v1::Operation> UploadFile(Session& session, const std::string& snapshot,
                                                    const std::string& path,
                                                    const TransferProgress& progress);

// The exported CSV of a statistic, to `sink` in pieces.
absl::Status ExportStatistic(Session& session, const std::string& statistic,
                             aggregation::v1::CsvEncoding encoding,
                             const std::function<absl::Status(absl::string_view)>& sink);

}  // namespace oboro::cli

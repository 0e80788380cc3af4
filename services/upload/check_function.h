#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::upload {

// The pure half of upload.check, run in the job's child: reads input "snapshot", writes output
// "findings" (findings.h) and answers the JSON that CheckJob reads:
//   {"bytes", "records", "errors", "alerts", "findings_left_out", "keyed_digest": hex,
//    "counts": [[rule, severity, count] ...],
//    "positions": [[rule, column, severity, count, base64 (check/positions.h)] ...] or null when
//                 there are too many to tell,
//    "refusal": null | {"rule", "row", "line", "column", "message", "message_ja"}}
// Params: {"schema": YAML, "bytes": plaintext bytes, "nonce": fresh text, "positions": whether they
// are wanted, "profile": civic::ProfileJson or null}. A file that breaks the
// dataset's rules is a result, not an error. Memory is flat but for the set of keys.
absl::StatusOr<std::string> RunCheck(platform::JobIo& io);

}  // namespace oboro::upload

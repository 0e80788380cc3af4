#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::abstraction {

// The pure half of abstraction.run, run in the job's child: reads input "snapshot" (the file as
// uploaded), writes output "abstraction" (Parquet) and answers
//   {"records", "bytes", "columns": [{"name", "kind", "distinct_values", "unknown_values"} ...]}
// with kind LINK_NUMBER, QUASI_IDENTIFIER, SENSITIVE or OTHER. Params: {"recipe": YAML,
// "reference_date": "2025-04-01", "format": {"encoding", "delimiter"}, "records", "bytes"}.
absl::StatusOr<std::string> RunAbstract(platform::JobIo& io);

}  // namespace oboro::abstraction

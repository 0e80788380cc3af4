#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::abstraction {

// The pure half of abstraction.run, run in the job's child: reads input "snapshot" (the file as
// uploaded), writes output "abstraction" (Parquet) and answers
//   {"records", "bytes", "columns": [{"name", "kind", "distinct_values", "unknown_values"} ...]}
// with kind LINK_NUMBER, QUASI_IDENTIFIER, SENSITIVE or OTHER. Params: {"recipe": YAML,
// "reference_date": "2025-04-01", "format": {"encoding", "delimiter", "columns", "profile"},
// "records", "bytes", "excluded_rows": [record number ...], "unreadable": [[column of the schema,
// [record number ...]] ...]}; the last two, ascending, are what was decided about findings.
absl::StatusOr<std::string> RunAbstract(platform::JobIo& io);

}  // namespace oboro::abstraction

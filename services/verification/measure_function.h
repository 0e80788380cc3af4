#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::verification {

// The pure half of verification.run, run in the job's child: reads input "abstraction" (Parquet)
// and answers figures, never a value:
//   {"records", "columns": [{"name", "distinct", "identifier", "exact_dates"} ...],
//    "measures": [{"classes", "k", "uniques", "histogram": [[size, classes] ...],
//                  "distinct_l": [[column, l] ...]} ...],
//    "combinations": {"worst": [{"columns", "classes", "uniques", "below"} ...], "without": [...]}}
// Params: {"links": [column ...], "measures": [{"quasi_identifiers": [...], "sensitive": [...]}],
// "k": the k of the combinations (combinations.h), which are those of the first measure; none if
// 0}. A measure without quasi-identifiers is one class of all records.
absl::StatusOr<std::string> RunMeasure(platform::JobIo& io);

}  // namespace oboro::verification

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::aggregation {

inline constexpr char kAggregationKind[] = "aggregation.run";

// The pure half of an aggregation, run in the job's child: reads the abstraction (input
// "abstraction", Parquet), builds and protects the table of its parameters, writes it (output
// "statistic", Parquet). Parameters: {"dimensions": [...], "min_count": n, "zeros_protected": b,
// "threads": n}. Result: {"dimensions": [{"column", "members"}], "cells", "primary", "secondary",
// "method", "engine_version"}.
absl::StatusOr<std::string> RunAggregation(platform::JobIo& io);

}  // namespace oboro::aggregation

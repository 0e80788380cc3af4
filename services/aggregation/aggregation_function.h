#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::aggregation {

inline constexpr char kAggregationKind[] = "aggregation.run";

// The pure half of an aggregation, run in the job's child: reads the abstraction (input
// "abstraction", Parquet), builds and protects the table of its parameters, attacks it together
// with all earlier ones, writes it (output "statistic", Parquet). Parameters: those of RequestText
// and "ledger", the entries of earlier statistics (ledger_entry.h). Result: {"detail", "ledger"
// (the entry of this one), "cells", "primary", "secondary", "method", "engine_version"}; when the
// ledger refuses, {"refused": {"because"}} and no output.
absl::StatusOr<std::string> RunAggregation(platform::JobIo& io);

}  // namespace oboro::aggregation

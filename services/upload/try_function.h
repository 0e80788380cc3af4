#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::upload {

// The beginning of a file read and checked as upload.check would, without anything stored: it runs
// in a job's child, whose sandbox and limits hold for it, but is no job. Answers
//   {"encoding", "delimiter", "headers", "mapped", "missing", "records": [[value ...] ...],
//    "checked", "findings": [[row, column, rule, severity, value, message_ja, message_en] ...],
//    "counts": [[rule, severity, count] ...], "needs_profile"}
// Params: {"schema": YAML, "head": base64, "whole": whether that is all, "profile":
// civic::ProfileJson or null, "encoding" and "delimiter": whether the profile gives them}. Without
// a profile a header that is a column of the schema is read as it and all others are ignored. A
// file that breaks rules is a result, not an error; a fault that would refuse it is a finding.
absl::StatusOr<std::string> RunTry(platform::JobIo& io);

}  // namespace oboro::upload

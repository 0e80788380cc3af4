#pragma once

#include "services/platform/jobs/job_function.h"

namespace oboro::platform {

// What child_process_test.cc lets children do, good and bad.
JobFunctions TestJobFunctions();

}  // namespace oboro::platform

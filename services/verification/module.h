#pragma once

#include <memory>

#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/module.h"

namespace oboro::verification {

std::unique_ptr<platform::ServiceModule> MakeVerificationModule(
    const platform::ModuleContext& context);

// Adds verification.run.
void AddVerificationJobFunctions(platform::JobFunctions& functions);

}  // namespace oboro::verification

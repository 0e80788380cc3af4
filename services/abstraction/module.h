#pragma once

#include <memory>

#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/module.h"

namespace oboro::abstraction {

std::unique_ptr<platform::ServiceModule> MakeAbstractionModule(
    const platform::ModuleContext& context);

// Adds abstraction.run.
void AddAbstractionJobFunctions(platform::JobFunctions& functions);

}  // namespace oboro::abstraction

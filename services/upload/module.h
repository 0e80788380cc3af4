#pragma once

#include <memory>

#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/module.h"

namespace oboro::upload {

std::unique_ptr<platform::ServiceModule> MakeUploadModule(const platform::ModuleContext& context);

// Adds upload.check.
void AddUploadJobFunctions(platform::JobFunctions& functions);

}  // namespace oboro::upload

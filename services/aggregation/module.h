#pragma once

#include <memory>

#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/module.h"

namespace oboro::aggregation {

std::unique_ptr<platform::ServiceModule> MakeAggregationModule(
    const platform::ModuleContext& context);

// Adds aggregation.run.
void AddAggregationJobFunctions(platform::JobFunctions& functions);

}  // namespace oboro::aggregation

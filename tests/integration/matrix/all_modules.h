#pragma once

#include <vector>

#include "services/abstraction/module.h"
#include "services/aggregation/module.h"
#include "services/platform/rpc/module.h"
#include "services/tenancy/module.h"
#include "services/upload/module.h"
#include "services/verification/module.h"

namespace oboro::testing {

// What oborod runs.
inline std::vector<platform::ModuleEntry> AllModules() {
  return {{"tenancy", tenancy::MakeTenancyModule},
          {"upload", upload::MakeUploadModule},
          {"abstraction", abstraction::MakeAbstractionModule},
          {"verification", verification::MakeVerificationModule},
          {"aggregation", aggregation::MakeAggregationModule}};
}

}  // namespace oboro::testing

#pragma once

#include <vector>

#include "services/platform/rpc/module.h"
#include "services/tenancy/module.h"

namespace oboro::testing {

// What oborod runs.
inline std::vector<platform::ModuleEntry> AllModules() {
  return {{"tenancy", tenancy::MakeTenancyModule}};
}

}  // namespace oboro::testing

#pragma once

#include <memory>

#include "services/platform/rpc/module.h"

namespace oboro::tenancy {

// Tenants, departments, members, policies, keys, and the operation and audit services over the rows
// that every service writes.
std::unique_ptr<platform::ServiceModule> MakeTenancyModule(const platform::ModuleContext& context);

}  // namespace oboro::tenancy

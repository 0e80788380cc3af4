#pragma once

#include "absl/status/status.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// Removes the bytes of this service's dead objects (keys/data_keys.h, CollectDeadObjects) and then
// their rows. For JobHandler::Sweep; doing it again, or two doing it at once, is harmless.
absl::Status SweepDeadObjects(Db& db, ObjectStore& objects, const TenantContext& tenant);

}  // namespace oboro::platform

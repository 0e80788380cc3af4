#include "services/platform/jobs/job_sweep.h"

#include <string>
#include <vector>

#include "services/platform/base/status.h"
#include "services/platform/keys/data_keys.h"

namespace oboro::platform {

absl::Status SweepDeadObjects(Db& db, ObjectStore& objects, const TenantContext& tenant) {
  ASSIGN_OR_RETURN(const std::vector<std::string> dead,
                   db.RunTx(tenant, "sweep_collect",
                            [&](pqxx::work& tx) { return CollectDeadObjects(tx, tenant); }));
  for (const std::string& object_id : dead) {
    RETURN_IF_ERROR(objects.Remove(tenant, object_id));
    // The row goes last: were this cut off, the next sweep would find the object again.
    RETURN_IF_ERROR(db.RunTx(tenant, "sweep_forget",
                             [&](pqxx::work& tx) { return ForgetDataKey(tx, tenant, object_id); }));
  }
  return absl::OkStatus();
}

}  // namespace oboro::platform

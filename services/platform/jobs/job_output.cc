#include "services/platform/jobs/job_output.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/data_keys.h"

namespace oboro::platform {
namespace {

std::string OutputId(const std::string& job_id, int attempt) {
  return absl::StrCat(job_id, "-", attempt);
}

}  // namespace

absl::StatusOr<JobOutput> JobOutput::Open(Db& db, KeyManager& keys, ObjectStore& objects,
                                          const TenantContext& tenant, const LeasedJob& job) {
  RETURN_IF_ERROR(DiscardJobOutputs(db, objects, tenant, job.job_id, job.attempt - 1));
  JobOutput output;
  output.object_id_ = OutputId(job.job_id, job.attempt);
  ASSIGN_OR_RETURN(output.key_, db.RunTx(tenant, "job_output_key", [&](pqxx::work& tx) {
    return CreateDataKey(tx, tenant, keys, output.object_id_, job.job_id);
  }));
  ASSIGN_OR_RETURN(output.writer_, objects.Create(tenant, output.object_id_, 0));
  return output;
}

ChildOutput JobOutput::ForChild(const TenantContext& tenant, const std::string& name) {
  ChildOutput output;
  output.name = name;
  output.stream = {tenant.id(), object_id_};
  output.key = std::move(key_);
  output.writer = writer_.get();
  return output;
}

absl::Status JobOutput::MarkLive(pqxx::work& tx, const TenantContext& tenant, int64_t bytes) const {
  return MarkDataKeyLive(tx, tenant, object_id_, bytes);
}

absl::Status DiscardJobOutputs(Db& db, ObjectStore& objects, const TenantContext& tenant,
                               const std::string& job_id, int last_attempt) {
  if (last_attempt < 1) return absl::OkStatus();
  RETURN_IF_ERROR(db.RunTx(tenant, "job_output_discard", [&](pqxx::work& tx) -> absl::Status {
    for (int attempt = 1; attempt <= last_attempt; ++attempt) {
      RETURN_IF_ERROR(DestroyDataKey(tx, tenant, OutputId(job_id, attempt)));
    }
    return absl::OkStatus();
  }));
  for (int attempt = 1; attempt <= last_attempt; ++attempt) {
    RETURN_IF_ERROR(objects.Remove(tenant, OutputId(job_id, attempt)));
  }
  return db.RunTx(tenant, "job_output_forget", [&](pqxx::work& tx) -> absl::Status {
    for (int attempt = 1; attempt <= last_attempt; ++attempt) {
      RETURN_IF_ERROR(ForgetDataKey(tx, tenant, OutputId(job_id, attempt)));
    }
    return absl::OkStatus();
  });
}

}  // namespace oboro::platform

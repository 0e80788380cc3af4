#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/base/secret.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/keys/key_manager.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// The encrypted object that one attempt of a job makes. Its id, "{job}-{attempt}", tells from the
// job's row alone what earlier attempts can have left behind.
class JobOutput {
 public:
  // Removes what earlier attempts left, then stores a PENDING data key and opens the writer.
  static absl::StatusOr<JobOutput> Open(Db& db, KeyManager& keys, ObjectStore& objects,
                                        const TenantContext& tenant, const LeasedJob& job);

  // For ChildRequest::outputs; once.
  ChildOutput ForChild(const TenantContext& tenant, const std::string& name);
  // Makes the ciphertext durable. Its data key becomes LIVE in the transaction that completes the
  // job, with CommitInto.
  absl::Status Commit() { return writer_->Commit(); }
  absl::Status MarkLive(pqxx::work& tx, const TenantContext& tenant, int64_t bytes) const;

  const std::string& object_id() const { return object_id_; }

 private:
  std::string object_id_;
  SecretBytes key_;
  std::unique_ptr<ObjectWriter> writer_;
};

// Removes keys and bytes of everything that the attempts up to `last_attempt` made. For
// JobHandler::Abandon (the job never succeeded, so nothing of it is LIVE) and for Open.
absl::Status DiscardJobOutputs(Db& db, ObjectStore& objects, const TenantContext& tenant,
                               const std::string& job_id, int last_attempt);

}  // namespace oboro::platform

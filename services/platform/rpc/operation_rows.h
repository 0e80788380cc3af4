#pragma once

#include <pqxx/pqxx>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "oboro/operation/v1/operation.pb.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/jobs/job_rows.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::platform {

// A job as the operation that callers see.
operation::v1::Operation ToOperation(const TenantContext& tenant, const JobRow& job);

// Queues a job of the caller with its audit event REQUEST_OPERATION and answers its operation; a
// request_id seen before answers the operation as it is now. `job.actor` and `job.permission` are
// filled in from the call.
absl::StatusOr<operation::v1::Operation> EnqueueOperation(pqxx::work& tx, const CallContext& call,
                                                          NewJob job, absl::Time now);

}  // namespace oboro::platform

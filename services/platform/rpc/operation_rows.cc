#include "services/platform/rpc/operation_rows.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/error_details.h"

namespace oboro::platform {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1000000);
  out->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
}

operation::v1::OperationState StateOf(const std::string& state) {
  operation::v1::OperationState out = operation::v1::OPERATION_STATE_UNSPECIFIED;
  operation::v1::OperationState_Parse("OPERATION_STATE_" + state, &out);
  return out;
}

}  // namespace

operation::v1::Operation ToOperation(const TenantContext& tenant, const JobRow& job) {
  operation::v1::Operation out;
  out.set_name(absl::StrCat(tenant.name(), "/operations/", job.job_id));
  out.set_kind(job.kind);
  out.set_state(StateOf(job.state));
  out.set_stage(job.stage);
  out.set_done(job.done);
  out.set_total(job.total);
  for (const ChildStage& stage : job.stages) {
    operation::v1::StageReport* added = out.add_stages();
    added->set_stage(stage.stage);
    added->set_seconds(stage.seconds);
    added->set_records(stage.records);
    added->set_peak_memory_bytes(stage.peak_memory_bytes);
  }
  out.set_target_name(job.target_name);
  out.set_result_name(job.result_name);
  if (!job.error.ok()) *out.mutable_error() = ToRpcStatus(job.error);
  SetTime(job.create_time, out.mutable_create_time());
  if (job.ended()) SetTime(job.end_time, out.mutable_end_time());
  // The subject alone: the issuer is the instance's business.
  out.set_actor(job.actor.substr(job.actor.rfind('#') + 1));
  return out;
}

absl::StatusOr<operation::v1::Operation> EnqueueOperation(pqxx::work& tx, const CallContext& call,
                                                          NewJob job, absl::Time now) {
  job.actor = call.caller.actor();
  job.permission = call.method;
  ASSIGN_OR_RETURN(const std::string job_id, EnqueueJob(tx, call.tenant(), job, now));
  AuditEvent event =
      call.Event("REQUEST_OPERATION", job.target_name, {{"kind", job.kind}, {"operation", job_id}});
  if (!job.dataset.empty()) event.detail["dataset"] = job.dataset;
  RETURN_IF_ERROR(AppendAudit(tx, call.tenant(), event, now));
  ASSIGN_OR_RETURN(const JobRow row, GetJob(tx, call.tenant(), job_id));
  return ToOperation(call.tenant(), row);
}

}  // namespace oboro::platform

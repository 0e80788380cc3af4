#include "services/upload/complete_snapshot_handler.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/rpc/operation_rows.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/part_writer.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

// What the first transaction found and took.
struct Held {
  SnapshotRow row;
  std::string schema;
  platform::SecretBytes key;
  int64_t epoch = 0;
  int part = 0;
};

// Fences every writer and reserves the last part; an empty key says that nothing is left to do.
absl::StatusOr<Held> Hold(pqxx::work& tx, const Deps& deps, const platform::CallContext& call,
                          const Ids& ids, int64_t total_bytes) {
  Held held;
  ASSIGN_OR_RETURN(DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
  RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
  ASSIGN_OR_RETURN(held.row,
                   ReadSnapshot(tx, call.tenant(), ids.dataset, ids.snapshot, Lock::kForUpdate));
  if (held.row.state == "DESTROYED") return SnapshotNotOpen(held.row.state);
  if (total_bytes != held.row.committed_bytes) {
    return LengthMismatch(total_bytes, held.row.committed_bytes);
  }
  if (held.row.state != "OPEN") return held;
  held.schema = std::move(dataset.schema);
  ASSIGN_OR_RETURN(held.key,
                   platform::LoadDataKey(tx, call.tenant(), *deps.keys, held.row.object_id));
  ASSIGN_OR_RETURN(
      held.epoch, TakeWriter(tx, call.tenant(), held.row,
                             call.Event("COMPLETE_SNAPSHOT",
                                        SnapshotName(call.tenant().id(), ids.dataset, ids.snapshot),
                                        {{"bytes", total_bytes}}),
                             deps.clock->Now()));
  ASSIGN_OR_RETURN(held.part, ReservePart(tx, call.tenant(), ids.snapshot, held.epoch));
  return held;
}

// Queues the check and closes the snapshot in one transaction.
absl::StatusOr<SnapshotRow> Close(pqxx::work& tx, const Deps& deps,
                                  const platform::CallContext& call, const Held& held,
                                  const PartRow& part, absl::Time now) {
  SnapshotRow row = held.row;
  const std::string name =
      SnapshotName(call.tenant().id(), held.row.dataset_id, held.row.snapshot_id);
  platform::NewJob job;
  job.kind = "upload.check";
  job.actor = call.caller.actor();
  job.permission = call.method;
  job.target_name = name;
  job.params = nlohmann::json::object().dump();
  ASSIGN_OR_RETURN(const std::string job_id, platform::EnqueueJob(tx, call.tenant(), job, now));
  row.operation = absl::StrCat(call.tenant().name(), "/operations/", job_id);
  RETURN_IF_ERROR(MarkChecking(tx, call.tenant(), row.snapshot_id, held.epoch, part, held.schema,
                               row.operation,
                               call.Event("CHECK_SNAPSHOT", name, {{"operation", job_id}}), now));
  return row;
}

}  // namespace

absl::StatusOr<v1::CompleteSnapshotResponse> CompleteSnapshotHandler::Handle(
    const platform::CallContext& call, const v1::CompleteSnapshotRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(request.name()));
  ASSIGN_OR_RETURN(Held held, deps_.db->RunTx(call.tenant(), "complete_hold", [&](pqxx::work& tx) {
    return Hold(tx, deps_, call, ids, request.total_bytes());
  }));
  const absl::Time now = deps_.clock->Now();
  SnapshotRow row = held.row;
  if (!held.key.empty()) {
    ASSIGN_OR_RETURN(const std::unique_ptr<PartWriter> writer,
                     PartWriter::Open(deps_, call.tenant(), held.row.object_id, held.part,
                                      held.row.next_chunk, held.key));
    ASSIGN_OR_RETURN(const PartRow part, writer->Commit(PartWriter::End::kOfStream));
    ASSIGN_OR_RETURN(row, deps_.db->RunTx(call.tenant(), "complete_close", [&](pqxx::work& tx) {
      return Close(tx, deps_, call, held, part, now);
    }));
  }
  const std::string job_id = row.operation.substr(row.operation.rfind('/') + 1);
  ASSIGN_OR_RETURN(const platform::JobRow job,
                   deps_.db->RunTx(call.tenant(), "complete_operation", [&](pqxx::work& tx) {
                     return platform::GetJob(tx, call.tenant(), job_id);
                   }));
  v1::CompleteSnapshotResponse response;
  *response.mutable_operation() = platform::ToOperation(call.tenant(), job);
  return response;
}

}  // namespace oboro::upload

#include "services/abstraction/abstract_job.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "services/abstraction/errors.h"
#include "services/abstraction/resources.h"
#include "services/abstraction/rows.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/department.h"
#include "services/platform/jobs/job_output.h"
#include "services/platform/jobs/job_sweep.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/object_store.h"

namespace oboro::abstraction {

using platform::LeasedJob;
using platform::TenantContext;

namespace {

constexpr char kRunKind[] = "abstraction.run";
constexpr char kReleaseKind[] = "abstraction.release";
// The method whose policy the actor must still satisfy when the release is leased.
constexpr char kPermission[] = "/oboro.abstraction.v1.AbstractionService/CreateAbstraction";

struct Input {
  RecipeRow recipe;
  platform::SecretBytes key;
  platform::SecretBytes pseudonym_key;
};

absl::StatusOr<Input> ReadInput(pqxx::work& tx, const Deps& deps, const TenantContext& tenant,
                                const LeasedJob& job, const std::string& object_id) {
  const nlohmann::json params = nlohmann::json::parse(job.params, nullptr, false);
  if (!params.is_object()) return absl::InternalError("abstraction.run: bad params");
  Input input;
  ASSIGN_OR_RETURN(input.recipe, ReadRecipe(tx, tenant, params.value("recipe", ""),
                                            params.value("recipe_version", 0)));
  ASSIGN_OR_RETURN(input.key, platform::LoadDataKey(tx, tenant, *deps.keys, object_id));
  ASSIGN_OR_RETURN(input.pseudonym_key, platform::LoadPseudonymKey(tx, tenant, *deps.keys));
  return input;
}

// Values that count as 不明: [[column, [record number ...]] ...].
nlohmann::json Unreadable(const upload::v1::Snapshot& snapshot) {
  nlohmann::json columns = nlohmann::json::array();
  for (const upload::v1::UnreadableColumn& column : snapshot.unreadable()) {
    columns.push_back(
        {column.column(), std::vector<int64_t>(column.rows().begin(), column.rows().end())});
  }
  return columns;
}

platform::ChildRequest MakeRequest(const Deps& deps, const TenantContext& tenant,
                                   const upload::v1::Snapshot& snapshot, Input& input,
                                   platform::JobOutput& output) {
  platform::ChildRequest request;
  request.kind = kRunKind;
  request.params =
      nlohmann::json{{"recipe", input.recipe.document},
                     {"reference_date", snapshot.reference_date()},
                     {"format", nlohmann::json::parse(snapshot.schema(), nullptr, false)},
                     {"records", snapshot.records()},
                     {"excluded_rows", std::vector<int64_t>(snapshot.excluded_rows().begin(),
                                                            snapshot.excluded_rows().end())},
                     {"unreadable", Unreadable(snapshot)},
                     {"bytes", snapshot.committed_bytes()}}
          .dump();
  request.pseudonym_key = std::move(input.pseudonym_key);
  platform::ChildInput file;
  file.name = "snapshot";
  file.stream = {tenant.id(), snapshot.object_id()};
  file.key = std::move(input.key);
  file.parts.push_back(platform::ReadParts(
      *deps.objects, tenant, snapshot.object_id(),
      std::vector<int>(snapshot.object_parts().begin(), snapshot.object_parts().end())));
  request.inputs.push_back(std::move(file));
  request.outputs.push_back(output.ForChild(tenant, "abstraction"));
  request.memory_limit_bytes = deps.child_memory_bytes;
  return request;
}

absl::StatusOr<AbstractionRow> MakeRow(const upload::v1::Snapshot& snapshot, const Input& input,
                                       const LeasedJob& job, const platform::JobOutput& output,
                                       const platform::ChildResult& result, absl::Time now) {
  const nlohmann::json answer = nlohmann::json::parse(result.result, nullptr, false);
  const auto object = result.outputs.find("abstraction");
  if (!answer.is_object() || !answer.contains("columns") || !answer["columns"].is_array() ||
      object == result.outputs.end()) {
    return absl::InternalError("abstraction.run answered no result");
  }
  AbstractionRow row;
  row.abstraction_id = platform::NewId();
  row.snapshot = snapshot.name();
  row.recipe_id = input.recipe.recipe_id;
  row.recipe_version = input.recipe.version;
  row.recipe_digest = input.recipe.digest;
  row.reference_date = snapshot.reference_date();
  row.records = answer.value("records", int64_t{0});
  row.columns = answer["columns"].dump();
  row.object_id = output.object_id();
  row.object_digest = object->second.second;
  row.job_id = job.job_id;
  row.create_time = now;
  return row;
}

absl::Status Store(pqxx::work& tx, const TenantContext& tenant, const LeasedJob& job,
                   const AbstractionRow& row, const platform::JobOutput& output,
                   const platform::ChildResult& result) {
  const std::string name = AbstractionName(tenant.id(), row.abstraction_id);
  RETURN_IF_ERROR(output.MarkLive(tx, tenant, result.outputs.at("abstraction").first));
  RETURN_IF_ERROR(InsertAbstraction(tx, tenant, row,
                                    {job.actor,
                                     "CREATE_ABSTRACTION",
                                     name,
                                     "OK",
                                     {{"operation", job.job_id},
                                      {"snapshot", row.snapshot},
                                      {"dataset", platform::DatasetOf(row.snapshot)},
                                      {"recipe", row.recipe_id},
                                      {"recipe_version", row.recipe_version},
                                      {"records", row.records}}}));
  platform::NewJob release;
  release.kind = kReleaseKind;
  release.actor = job.actor;
  release.permission = kPermission;
  release.target_name = row.snapshot;
  release.params = "{}";
  RETURN_IF_ERROR(platform::EnqueueJob(tx, tenant, release, row.create_time).status());
  return platform::CompleteJob(tx, tenant, job, name, result.stages, row.create_time);
}

}  // namespace

absl::Status AbstractJob::Run(
    const TenantContext& tenant, const LeasedJob& job,
    const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  return job.kind == kReleaseKind ? Release(tenant, job) : Abstract(tenant, job, heartbeat);
}

// Who asked may have changed departments while the job waited.
absl::Status AbstractJob::CheckDepartment(const TenantContext& tenant, const LeasedJob& job) {
  ASSIGN_OR_RETURN(const upload::v1::Dataset dataset,
                   deps_.peers->GetDataset(platform::DatasetOf(job.target_name)));
  ASSIGN_OR_RETURN(const std::vector<std::string> department,
                   platform::ParseName(dataset.department(), "tenants/*/departments/*"));
  ASSIGN_OR_RETURN(const bool holds,
                   deps_.db->RunDirectoryTx("abstract_department", [&](pqxx::work& tx) {
                     return platform::IsOfDepartment(tx, tenant.id(), job.actor, department[1]);
                   }));
  return holds ? absl::OkStatus() : NotYourDepartment();
}

absl::Status AbstractJob::Abstract(
    const TenantContext& tenant, const LeasedJob& job,
    const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  ASSIGN_OR_RETURN(const upload::v1::Snapshot snapshot, deps_.peers->GetSnapshot(job.target_name));
  if (snapshot.state() != upload::v1::SNAPSHOT_STATE_ACCEPTED) {
    return SnapshotNotAccepted(upload::v1::SnapshotState_Name(snapshot.state()));
  }
  RETURN_IF_ERROR(CheckDepartment(tenant, job));
  auto input = deps_.db->RunTx(tenant, "abstract_input", [&](pqxx::work& tx) {
    return ReadInput(tx, deps_, tenant, job, snapshot.object_id());
  });
  if (!input.ok()) return input.status();
  ASSIGN_OR_RETURN(platform::JobOutput output,
                   platform::JobOutput::Open(*deps_.db, *deps_.keys, *deps_.objects, tenant, job));
  platform::ChildRequest request = MakeRequest(deps_, tenant, snapshot, *input, output);
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult result, run_child_(std::move(request)));
  RETURN_IF_ERROR(output.Commit());
  ASSIGN_OR_RETURN(const AbstractionRow row,
                   MakeRow(snapshot, *input, job, output, result, deps_.clock->Now()));
  return deps_.db->RunTx(tenant, "abstract_store", [&](pqxx::work& tx) {
    return Store(tx, tenant, job, row, output, result);
  });
}

absl::Status AbstractJob::Release(const TenantContext& tenant, const LeasedJob& job) {
  RETURN_IF_ERROR(deps_.peers->DestroySnapshot(job.target_name));
  return deps_.db->RunTx(tenant, "release_done", [&](pqxx::work& tx) {
    return platform::CompleteJob(tx, tenant, job, job.target_name, {}, deps_.clock->Now());
  });
}

absl::Status AbstractJob::Abandon(const TenantContext& tenant, const LeasedJob& job,
                                  const absl::Status& why) {
  if (job.kind == kReleaseKind) return absl::OkStatus();
  return platform::DiscardJobOutputs(*deps_.db, *deps_.objects, tenant, job.job_id, job.attempt);
}

absl::Status AbstractJob::Sweep(const TenantContext& tenant) {
  return platform::SweepDeadObjects(*deps_.db, *deps_.objects, tenant);
}

}  // namespace oboro::abstraction

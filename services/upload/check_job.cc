#include "services/upload/check_job.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/db/usage.h"
#include "services/platform/identity/department.h"
#include "services/platform/jobs/job_output.h"
#include "services/platform/jobs/job_rows.h"
#include "services/platform/jobs/job_sweep.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/object_store.h"
#include "services/upload/check/positions.h"
#include "services/upload/check/rules.h"
#include "services/upload/dataset_rows.h"
#include "services/upload/errors.h"
#include "services/upload/file_format.h"
#include "services/upload/part_sweep.h"
#include "services/upload/review_rows.h"
#include "services/upload/snapshot_rows.h"

namespace oboro::upload {

using platform::LeasedJob;
using platform::TenantContext;

namespace {

platform::AuditEvent Event(const LeasedJob& job, std::string action, std::string outcome,
                           nlohmann::json detail) {
  detail["operation"] = job.job_id;
  return {job.actor, std::move(action), job.target_name, std::move(outcome), std::move(detail)};
}

// All that a check reads from the control plane.
struct Input {
  SnapshotRow row;
  bool review = false;
  std::string department_id;
  std::vector<PartRow> parts;
  platform::SecretBytes key;
  platform::SecretBytes pseudonym_key;
};

absl::StatusOr<Input> ReadInput(pqxx::work& tx, const Deps& deps, const TenantContext& tenant,
                                const Ids& ids) {
  Input input;
  ASSIGN_OR_RETURN(input.row, ReadSnapshot(tx, tenant, ids.dataset, ids.snapshot, Lock::kNone));
  if (input.row.state == "REFUSED") return input;
  if (input.row.state != "CHECKING") return SnapshotNotOpen(input.row.state);
  ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, tenant, ids.dataset));
  input.review = dataset.review_findings;
  input.department_id = dataset.department_id;
  ASSIGN_OR_RETURN(input.parts, ListParts(tx, tenant, ids.snapshot));
  ASSIGN_OR_RETURN(input.key, platform::LoadDataKey(tx, tenant, *deps.keys, input.row.object_id));
  ASSIGN_OR_RETURN(input.pseudonym_key, platform::LoadPseudonymKey(tx, tenant, *deps.keys));
  return input;
}

platform::ChildRequest MakeRequest(const Deps& deps, const TenantContext& tenant, Input& input,
                                   platform::JobOutput& output) {
  platform::ChildRequest request;
  request.kind = "upload.check";
  nlohmann::json params{{"schema", input.row.schema},
                        {"bytes", input.row.committed_bytes},
                        {"nonce", output.object_id()},
                        {"positions", input.review}};
  const auto profile = ProfileOf(input.row.profile);
  if (profile.has_value()) {
    params["profile"] = nlohmann::json::parse(civic::ProfileJson(*profile), nullptr, false);
  }
  request.params = params.dump();
  request.pseudonym_key = std::move(input.pseudonym_key);
  platform::ChildInput snapshot;
  snapshot.name = "snapshot";
  snapshot.stream = {tenant.id(), input.row.object_id};
  snapshot.key = std::move(input.key);
  std::vector<int> parts;
  for (const PartRow& part : input.parts) parts.push_back(part.part);
  snapshot.parts.push_back(
      platform::ReadParts(*deps.objects, tenant, input.row.object_id, std::move(parts)));
  request.inputs.push_back(std::move(snapshot));
  request.outputs.push_back(output.ForChild(tenant, "findings"));
  request.memory_limit_bytes = deps.child_memory_bytes;
  return request;
}

absl::Status RefusalStatus(const nlohmann::json& refusal) {
  std::map<std::string, std::string> where{{"rule", refusal.value("rule", "")}};
  for (const char* key : {"row", "line", "column"}) {
    where[key] = absl::StrCat(refusal.value(key, uint64_t{0}));
  }
  return platform::ReasonedError(absl::StatusCode::kInvalidArgument,
                                 {"SNAPSHOT_REFUSED", refusal.value("message", ""),
                                  refusal.value("message_ja", ""), std::move(where)});
}

std::set<std::string> ColumnsOf(const std::string& schema) {
  std::set<std::string> names;
  const auto parsed = civic::ParseDatasetSchema(schema);
  if (!parsed.ok()) return names;
  for (const auto& column : parsed->columns) names.insert(column.name);
  return names;
}

// One entry of the child's list: a known rule with its own severity, a column of the schema, as
// many positions as it says.
absl::StatusOr<PositionsRow> ReadPositionsRow(const nlohmann::json& item, int64_t records,
                                              const std::set<std::string>& columns) {
  const auto bad = [] { return absl::InternalError("upload.check answered no positions"); };
  if (!item.is_array() || item.size() != 5 || !item[0].is_string() || !item[1].is_string() ||
      !item[2].is_string() || !item[3].is_number_integer() || !item[4].is_string()) {
    return bad();
  }
  PositionsRow row{item[0].get<std::string>(), item[1].get<std::string>(),
                   item[2].get<std::string>(), item[3].get<int64_t>(), ""};
  const std::optional<Rule> rule = FindRule(row.rule);
  if (!rule || (InfoOf(*rule).severity == Severity::kError ? "ERROR" : "ALERT") != row.severity) {
    return bad();
  }
  if (columns.count(row.column) == 0) return bad();
  if (!absl::Base64Unescape(item[4].get<std::string>(), &row.positions)) return bad();
  ASSIGN_OR_RETURN(const std::vector<int64_t> positions, DecodePositions(row.positions, records));
  if (static_cast<int64_t>(positions.size()) != row.count) return bad();
  return row;
}

// Where the findings stand, for the review; the child's word is held against its own counts: each
// rule and column once, and as many findings of each rule and each severity as it counted.
absl::Status ReadPositions(const nlohmann::json& result, const std::string& schema,
                           CheckOutcome* outcome, std::vector<PositionsRow>* rows) {
  const auto bad = [] { return absl::InternalError("upload.check answered no positions"); };
  const auto list = result.find("positions");
  if (list == result.end()) return bad();
  if (list->is_null()) {
    outcome->refusal = platform::JobErrorJson(TooManyFindings());
    outcome->review = false;
    return absl::OkStatus();
  }
  if (!list->is_array()) return bad();
  std::map<std::string, int64_t> left;
  for (const FindingCountRow& count : outcome->counts) left[count.rule] += count.count;
  left["ERROR"] = outcome->errors;  // No rule is called so.
  left["ALERT"] = outcome->alerts;
  const std::set<std::string> columns = ColumnsOf(schema);
  std::set<std::pair<std::string, std::string>> seen;
  for (const nlohmann::json& item : *list) {
    ASSIGN_OR_RETURN(PositionsRow row, ReadPositionsRow(item, outcome->records, columns));
    if (!seen.emplace(row.rule, row.column).second) return bad();
    left[row.rule] -= row.count;
    left[row.severity] -= row.count;
    rows->push_back(std::move(row));
  }
  const bool all =
      std::all_of(left.begin(), left.end(), [](const auto& of) { return of.second == 0; });
  return all ? absl::OkStatus() : bad();
}

// The child's answer as the rows to write; the child is not trusted with more than figures.
absl::StatusOr<CheckOutcome> ReadOutcome(const std::string& json, const Input& input,
                                         const std::string& findings_object_id,
                                         std::vector<PositionsRow>* positions) {
  const nlohmann::json result = nlohmann::json::parse(json, nullptr, false);
  if (!result.is_object() || !result.contains("counts") || !result["counts"].is_array()) {
    return absl::InternalError("upload.check answered no result");
  }
  if (result.value("bytes", int64_t{-1}) != input.row.committed_bytes) {
    return absl::DataLossError("the stored stream is not as long as what was committed");
  }
  CheckOutcome outcome;
  outcome.records = result.value("records", int64_t{0});
  outcome.errors = result.value("errors", int64_t{0});
  outcome.alerts = result.value("alerts", int64_t{0});
  for (const nlohmann::json& count : result["counts"]) {
    if (!count.is_array() || count.size() != 3 || !count[0].is_string() || !count[1].is_string() ||
        !count[2].is_number_integer()) {
      return absl::InternalError("upload.check answered no counts");
    }
    outcome.counts.push_back(
        {count[0].get<std::string>(), count[1].get<std::string>(), count[2].get<int64_t>()});
  }
  outcome.keyed_digest = absl::HexStringToBytes(result.value("keyed_digest", ""));
  bool settles = true;  // Whether the findings are what a steward can go by: all of the file's.
  if (result.contains("refusal") && result["refusal"].is_object()) {
    outcome.refusal = platform::JobErrorJson(RefusalStatus(result["refusal"]));
    settles = result["refusal"].value("rule", "") == "ERROR_LIMIT_EXCEEDED";
  }
  if (settles) outcome.findings_object_id = findings_object_id;
  outcome.review = input.review && outcome.refusal.empty() && outcome.errors + outcome.alerts > 0;
  if (outcome.review) {
    RETURN_IF_ERROR(ReadPositions(result, input.row.schema, &outcome, positions));
  }
  return outcome;
}

// The bytes of an object whose key is destroyed.
absl::Status RemoveObject(const Deps& deps, const TenantContext& tenant,
                          const std::string& object_id) {
  RETURN_IF_ERROR(deps.objects->Remove(tenant, object_id));
  return deps.db->RunTx(tenant, "check_forget", [&](pqxx::work& tx) {
    return platform::ForgetDataKey(tx, tenant, object_id);
  });
}

const char* Action(const CheckOutcome& outcome) {
  if (!outcome.refusal.empty()) return "REFUSE_SNAPSHOT";
  return outcome.review ? "REVIEW_SNAPSHOT" : "ACCEPT_SNAPSHOT";
}

absl::Status Settle(pqxx::work& tx, const Deps& deps, const TenantContext& tenant,
                    const LeasedJob& job, const Input& input, const CheckOutcome& outcome,
                    const std::vector<PositionsRow>& positions, const platform::JobOutput& output,
                    const platform::ChildResult& result) {
  const absl::Time now = deps.clock->Now();
  const bool accepted = outcome.refusal.empty();
  RETURN_IF_ERROR(MarkChecked(
      tx, tenant, input.row.snapshot_id, outcome,
      Event(job, Action(outcome), accepted ? "OK" : "REFUSED",
            {{"records", outcome.records}, {"errors", outcome.errors}, {"alerts", outcome.alerts}}),
      now));
  const auto findings = result.outputs.find("findings");
  if (findings == result.outputs.end()) return absl::InternalError("no findings object");
  RETURN_IF_ERROR(outcome.findings_object_id.empty()
                      ? platform::DestroyDataKey(tx, tenant, output.object_id())
                      : output.MarkLive(tx, tenant, findings->second.first));
  if (!accepted) return platform::DestroyDataKey(tx, tenant, input.row.object_id);
  if (outcome.review) {
    // The key stays PENDING, which nobody else may load, until the last finding is settled.
    RETURN_IF_ERROR(InsertPositions(tx, tenant, input.row.snapshot_id, positions));
  } else {
    RETURN_IF_ERROR(
        platform::MarkDataKeyLive(tx, tenant, input.row.object_id, input.row.committed_bytes));
    RETURN_IF_ERROR(platform::AddUsage(tx, tenant, {0, outcome.records, 0}));
  }
  return platform::CompleteJob(tx, tenant, job, job.target_name, result.stages, now);
}

}  // namespace

absl::Status CheckJob::Run(const TenantContext& tenant, const LeasedJob& job,
                           const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(job.target_name));
  auto input = deps_.db->RunTx(tenant, "check_input",
                               [&](pqxx::work& tx) { return ReadInput(tx, deps_, tenant, ids); });
  if (!input.ok()) return input.status();
  // An earlier attempt refused it and died before the job ended: the same words again.
  if (input->row.state == "REFUSED") return platform::JobErrorFromJson(input->row.refusal);
  // Who asked may have changed departments while the job waited.
  const absl::StatusOr<bool> holds =
      deps_.db->RunDirectoryTx("check_department", [&](pqxx::work& tx) {
        return platform::IsOfDepartment(tx, tenant.id(), job.actor, input->department_id);
      });
  if (!holds.ok()) return holds.status();
  if (!*holds) return NotYourDepartment();
  ASSIGN_OR_RETURN(platform::JobOutput output,
                   platform::JobOutput::Open(*deps_.db, *deps_.keys, *deps_.objects, tenant, job));
  platform::ChildRequest request = MakeRequest(deps_, tenant, *input, output);
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult result, run_child_(std::move(request)));
  RETURN_IF_ERROR(output.Commit());
  std::vector<PositionsRow> positions;
  ASSIGN_OR_RETURN(CheckOutcome outcome,
                   ReadOutcome(result.result, *input, output.object_id(), &positions));
  if (outcome.refusal.empty()) {
    const absl::Status quota = deps_.db->RunTx(tenant, "check_quota", [&](pqxx::work& tx) {
      return platform::CheckQuota(tx, tenant, 0, outcome.records);
    });
    if (absl::IsResourceExhausted(quota)) {
      outcome.refusal = platform::JobErrorJson(quota);
    } else if (!quota.ok()) {
      return quota;
    }
  }
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "check_settle", [&](pqxx::work& tx) {
    return Settle(tx, deps_, tenant, job, *input, outcome, positions, output, result);
  }));
  if (outcome.refusal.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(RemoveObject(deps_, tenant, input->row.object_id));
  if (outcome.findings_object_id.empty()) {
    RETURN_IF_ERROR(RemoveObject(deps_, tenant, output.object_id()));
  }
  return platform::JobErrorFromJson(outcome.refusal);
}

absl::Status CheckJob::Abandon(const TenantContext& tenant, const LeasedJob& job,
                               const absl::Status& why) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(job.target_name));
  const platform::Reason reason = platform::ReasonOf(why);
  // A file that kills the child would do so again: it is refused, and nothing of it stays.
  const bool hostile = reason.name == "JOB_CHILD_DIED";
  std::string doomed;
  bool settled = false;
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "check_abandon", [&](pqxx::work& tx) -> absl::Status {
    doomed.clear();
    const absl::StatusOr<SnapshotRow> found =
        ReadSnapshot(tx, tenant, ids.dataset, ids.snapshot, Lock::kForUpdate);
    if (!found.ok()) return found.status();
    settled = found->state != "CHECKING";
    if (settled) return absl::OkStatus();
    const absl::Time now = deps_.clock->Now();
    if (!hostile) {
      return Reopen(tx, tenant, ids.snapshot,
                    Event(job, "REOPEN_SNAPSHOT", "FAILED", {{"reason", reason.name}}), now);
    }
    CheckOutcome outcome;
    outcome.refusal = platform::JobErrorJson(why);
    const absl::Status marked =
        MarkChecked(tx, tenant, ids.snapshot, outcome,
                    Event(job, "REFUSE_SNAPSHOT", "REFUSED", {{"reason", reason.name}}), now);
    if (!marked.ok()) return marked;
    doomed = found->object_id;
    return platform::DestroyDataKey(tx, tenant, doomed);
  }));
  if (!doomed.empty()) RETURN_IF_ERROR(RemoveObject(deps_, tenant, doomed));
  // A settled snapshot keeps the findings of the attempt that settled it.
  if (settled) return absl::OkStatus();
  return platform::DiscardJobOutputs(*deps_.db, *deps_.objects, tenant, job.job_id, job.attempt);
}

absl::Status CheckJob::Sweep(const TenantContext& tenant) {
  RETURN_IF_ERROR(SweepStrayParts(deps_, tenant));
  return platform::SweepDeadObjects(*deps_.db, *deps_.objects, tenant);
}

}  // namespace oboro::upload

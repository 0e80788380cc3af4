#include "services/aggregation/joint/joint_job.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <utility>

#include "services/aggregation/detail.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/joint/joint_errors.h"
#include "services/aggregation/joint/joint_part.h"
#include "services/aggregation/joint/joint_resources.h"
#include "services/aggregation/joint/joint_rows.h"
#include "services/aggregation/joint/joint_table.h"
#include "services/aggregation/joint/participants.h"
#include "services/aggregation/joint/proposal.h"
#include "services/aggregation/ledger_rows.h"
#include "services/aggregation/ledger_store.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/clock.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/joint_tx.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/digest_reader.h"
#include "services/platform/objects/object_store.h"

namespace oboro::aggregation {

using platform::TenantContext;

struct JointJob::Work {
  const TenantContext& proposer;
  const platform::LeasedJob& job;
  const std::function<bool(const platform::ChildProgress&)>& heartbeat;
  const std::vector<TenantContext>& tenants;  // By id.
  std::string joint_id;
};

// One participant's.
struct JointJob::Part {
  const TenantContext* tenant = nullptr;
  JointRow row;
  LedgerState ledger;
  int policy_version = 0;
  int64_t min_count = 0;
  nlohmann::json result;  // Of its child.
  std::vector<platform::ChildStage> stages;
};

namespace {

constexpr char kSealed[] = "joint";

// Errors of ours and of the moment: the job is tried again, or was told to stop. All others are
// about a participant.
bool IsOfTheJob(const absl::Status& status) {
  const auto code = status.code();
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kAborted ||
         code == absl::StatusCode::kCancelled || code == absl::StatusCode::kDeadlineExceeded;
}

TableRequest RequestOf(const TableSpec& spec, const Basis& basis) {
  TableRequest request;
  request.spec = spec;
  request.min_count = basis.min_count;
  request.zeros_protected = basis.rules.zeros == platform::Zeros::kProtected;
  request.flow_bound = basis.rules.flow_bound.value_or(-1);
  request.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return request;
}

std::string ChildParams(const TableRequest& request, const LedgerState& ledger) {
  auto json = nlohmann::json::parse(RequestText(request));
  json["ledger"] = nlohmann::json::array();
  for (const LedgerEntry& entry : ledger.earlier) json["ledger"].push_back(ToJson(entry));
  return json.dump();
}

// As for a statistic of the participant's own.
absl::Status CheckLedger(const LedgerState& ledger, const Basis& basis) {
  if (ledger.other_dates && basis.rules.flow_bound) return LedgerDatesLinked();
  std::set<std::string> columns;
  for (const auto& column : basis.abstraction.columns()) columns.insert(column.name());
  for (const LedgerEntry& entry : ledger.earlier) {
    for (const auto& [name, digest] : entry.columns) {
      if (columns.count(name) == 0) return LedgerBasisDiffers();
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status JointJob::Run(const TenantContext& tenant, const platform::LeasedJob& job,
                           const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  const std::string id = nlohmann::json::parse(job.params).at("joint");
  ASSIGN_OR_RETURN(const JointRow own, deps_.db->RunTx(tenant, "joint_job", [&](pqxx::work& tx) {
    return ReadJoint(tx, tenant, id);
  }));
  if (own.state != "PROPOSED") return JointState(own.state);
  ASSIGN_OR_RETURN(const std::vector<TenantContext> tenants, FindParticipants(deps_, own.codes()));
  if (tenants.size() != own.codes().size()) return JointNotReady();
  const Work work{tenant, job, heartbeat, tenants, id};
  ASSIGN_OR_RETURN(std::vector<Part> parts, ConsentedParts(work));
  nlohmann::json params = {
      {"codes", nlohmann::json::array()}, {"spec", nullptr}, {"parts", nlohmann::json::array()}};
  for (Part& part : parts) {
    const bool ours = part.tenant->id() == tenant.id();
    const std::string& code = part.tenant->municipality_code();
    // The same answer whatever closes another's gate.
    absl::Status made = part.tenant->state() == platform::TenantState::kActive
                            ? MakePart(work, part)
                            : JointPartFailed(code);
    if (!made.ok() && !ours && !IsOfTheJob(made)) {
      RETURN_IF_ERROR(TellOwner(work, part, made));
      made = JointPartFailed(code);
    }
    RETURN_IF_ERROR(made);
    params["codes"].push_back(code);
    params["parts"].push_back(std::move(part.result.at("part")));
  }
  ASSIGN_OR_RETURN(const TableSpec spec, SpecOfProposal(own.proposal));
  params["spec"] = ToJson(spec);
  platform::ChildRequest request;
  request.kind = kJointKind;
  request.params = params.dump();
  request.memory_limit_bytes = deps_.child_memory_bytes;
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult joined, platform::RunChild(std::move(request)));
  std::vector<platform::ChildStage> stages;
  for (const Part& part : parts) {
    stages.insert(stages.end(), part.stages.begin(), part.stages.end());
  }
  stages.insert(stages.end(), joined.stages.begin(), joined.stages.end());
  return Store(work, parts, joined.result, stages);
}

// Every participant's copy, all of one proposal and all consented to.
absl::StatusOr<std::vector<JointJob::Part>> JointJob::ConsentedParts(const Work& work) {
  return platform::RunJointTx(
      *deps_.db, work.tenants, "joint_consents",
      [&](platform::JointTx& tx) -> absl::StatusOr<std::vector<Part>> {
        std::vector<Part> parts;
        for (const TenantContext& tenant : work.tenants) {
          absl::StatusOr<JointRow> row = ReadJoint(tx.As(tenant), tenant, work.joint_id);
          // It was not there, or its gate was closed, when the proposal was made.
          if (absl::IsNotFound(row.status())) return JointNotReady();
          RETURN_IF_ERROR(row.status());
          const bool same = parts.empty() || row->proposal == parts.front().row.proposal;
          if (!same || row->answer != "CONSENTED") return JointNotReady();
          Part part;
          part.tenant = &tenant;
          part.row = *std::move(row);
          parts.push_back(std::move(part));
        }
        return parts;
      });
}

absl::Status JointJob::MakePart(const Work& work, Part& part) {
  const TenantContext& tenant = *part.tenant;
  const JointRow& row = part.row;
  const absl::Time deadline = deps_.clock->Now() + absl::Seconds(30);
  // What was true when consent was given may no longer be.
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, tenant, row.abstraction, row.verdict,
                                                 verification::v1::TIER_JOINT, deadline));
  ASSIGN_OR_RETURN(const TableSpec spec, SpecOfProposal(row.proposal));
  RETURN_IF_ERROR(CheckColumns(basis.abstraction, spec));
  if (basis.abstraction.reference_date() != row.reference_date) {
    return JointDateDiffers(row.reference_date, basis.abstraction.reference_date());
  }
  ASSIGN_OR_RETURN(part.ledger,
                   ReadLedger(deps_, tenant, row.dataset, row.reference_date, row.actor));
  RETURN_IF_ERROR(CheckLedger(part.ledger, basis));
  part.policy_version = basis.policy.version;
  part.min_count = basis.min_count;
  const std::string& object_id = basis.abstraction.object_id();
  ASSIGN_OR_RETURN(platform::SecretBytes key,
                   deps_.db->RunTx(tenant, "joint_part_key", [&](pqxx::work& tx) {
                     return platform::LoadDataKey(tx, tenant, *deps_.keys, object_id);
                   }));
  ASSIGN_OR_RETURN(auto reader, deps_.objects->Open(tenant, object_id, 0));
  const auto read = std::make_shared<platform::ReadDigest>();
  platform::ChildRequest request;
  request.kind = kJointPartKind;
  request.params = ChildParams(RequestOf(spec, basis), part.ledger);
  platform::ChildInput input{"abstraction", {tenant.id(), object_id}, std::move(key), {}};
  input.parts.push_back(std::make_unique<platform::DigestReader>(std::move(reader), read));
  request.inputs.push_back(std::move(input));
  request.memory_limit_bytes = deps_.child_memory_bytes;
  request.on_progress = work.heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult child, platform::RunChild(std::move(request)));
  if (read->value() != basis.abstraction.object_digest()) {
    return VerdictInvalid("the abstraction's bytes have changed", "抽象化データが変わっています");
  }
  part.stages = child.stages;
  part.result = nlohmann::json::parse(child.result);
  if (!part.result.contains("refused")) return absl::OkStatus();
  const absl::Time now = deps_.clock->Now();
  const std::string because = part.result["refused"].at("because");
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "refuse_joint_by_ledger", [&](pqxx::work& tx) {
    const platform::AuditEvent event{
        "service:aggregation",
        "REFUSE_JOINT_STATISTIC",
        JointName(tenant, work.joint_id),
        "REFUSED",
        {{"dataset", row.dataset}, {"reason", "LEDGER_REFUSED"}, {"because", because}}};
    return InsertRefusal(tx, tenant, {work.job.job_id, row.actor, row.dataset, because}, event,
                         now);
  }));
  return LedgerRefused();
}

// The reason of a failure stays with the participant whose part it is.
absl::Status JointJob::TellOwner(const Work& work, const Part& part, const absl::Status& why) {
  const std::string reason = platform::ReasonOf(why).name;
  // The ledger's refusal is told already; a tenant whose gate is closed is told nothing.
  const bool active = part.tenant->state() == platform::TenantState::kActive;
  if (reason == "LEDGER_REFUSED" || !active) return absl::OkStatus();
  return deps_.db->RunTx(*part.tenant, "joint_part_failed", [&](pqxx::work& tx) {
    const platform::AuditEvent event{"service:aggregation",
                                     "REFUSE_JOINT_STATISTIC",
                                     JointName(*part.tenant, work.joint_id),
                                     "REFUSED",
                                     {{"dataset", part.row.dataset}, {"reason", reason}}};
    return platform::AppendAudit(tx, *part.tenant, event, deps_.clock->Now());
  });
}

absl::Status JointJob::Store(const Work& work, const std::vector<Part>& parts,
                             const std::string& joined,
                             const std::vector<platform::ChildStage>& stages) {
  const auto result = nlohmann::json::parse(joined);
  nlohmann::json participants = nlohmann::json::array();
  for (const Part& part : parts) {
    participants.push_back({{"code", part.tenant->municipality_code()},
                            {"reference_date", part.row.reference_date},
                            {"policy_version", part.policy_version},
                            {"min_count", part.min_count}});
  }
  // Nobody's gate may have closed meanwhile.
  ASSIGN_OR_RETURN(const std::vector<TenantContext> now_there,
                   FindParticipants(deps_, parts.front().row.codes()));
  const bool open = now_there.size() == parts.size() &&
                    std::all_of(now_there.begin(), now_there.end(), [](const TenantContext& one) {
                      return one.state() == platform::TenantState::kActive;
                    });
  if (!open) return JointNotReady();
  const absl::Time now = deps_.clock->Now();
  const auto store = [&](pqxx::work& tx, const Part& part) -> absl::Status {
    const TenantContext& tenant = *part.tenant;
    RETURN_IF_ERROR(AdvanceLedger(tx, tenant, part.row.dataset, part.ledger.version, now));
    JointRow row = part.row;
    row.object_id = row.joint_id;
    ASSIGN_OR_RETURN(const platform::SecretBytes key,
                     platform::CreateDataKey(tx, tenant, *deps_.keys, row.object_id));
    const nlohmann::json content = {{"table", result.at("table")},
                                    {"evidence", part.result.at("evidence")}};
    ASSIGN_OR_RETURN(row.sealed, SealText(tenant, row.object_id, kSealed, key, content.dump()));
    ASSIGN_OR_RETURN(row.ledger, SealEntry(tenant, row.object_id, key, part.result.at("ledger")));
    const auto bytes = static_cast<int64_t>(row.sealed.size() + row.ledger.size());
    RETURN_IF_ERROR(platform::MarkDataKeyLive(tx, tenant, row.object_id, bytes));
    row.participants = participants;
    row.cells = result.at("cells");
    row.suppressed = result.at("suppressed");
    row.engine_version = result.at("engine_version");
    row.method = result.at("method");
    row.job_id = work.job.job_id;
    const bool ours = tenant.id() == work.proposer.id();
    const platform::AuditEvent event{ours ? work.job.actor : "service:aggregation",
                                     "STORE_JOINT_STATISTIC",
                                     JointName(tenant, row.joint_id),
                                     "OK",
                                     {{"dataset", row.dataset},
                                      {"abstraction", row.abstraction},
                                      {"verdict", row.verdict},
                                      {"municipality_codes", row.codes()},
                                      {"cells", row.cells},
                                      {"suppressed", row.suppressed}}};
    return StoreJoint(tx, tenant, row, event, now);
  };
  return platform::RunJointTx(
      *deps_.db, work.tenants, "complete_joint", [&](platform::JointTx& tx) -> absl::Status {
        for (const Part& part : parts) RETURN_IF_ERROR(store(tx.As(*part.tenant), part));
        return platform::CompleteJob(tx.As(work.proposer), work.proposer, work.job,
                                     JointName(work.proposer, work.joint_id), stages, now);
      });
}

}  // namespace oboro::aggregation

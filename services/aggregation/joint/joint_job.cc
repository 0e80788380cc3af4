#include "services/aggregation/joint/joint_job.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "services/aggregation/abstraction_child.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/joint/joint_errors.h"
#include "services/aggregation/joint/joint_part.h"
#include "services/aggregation/joint/joint_resources.h"
#include "services/aggregation/joint/joint_rows.h"
#include "services/aggregation/joint/joint_table.h"
#include "services/aggregation/joint/participants.h"
#include "services/aggregation/joint/proposal.h"
#include "services/aggregation/ledger_params.h"
#include "services/aggregation/ledger_result.h"
#include "services/aggregation/ledger_rows.h"
#include "services/aggregation/ledger_store.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/refusals.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/clock.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/joint_tx.h"
#include "services/platform/keys/data_keys.h"

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
  absl::Status made;    // Why it could not be made.
  std::string because;  // By the ledger: earlier statistics or the rule. Inside this tenant only.
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
  RETURN_IF_ERROR(CheckRefusals(deps_, tenant, job.actor));
  ASSIGN_OR_RETURN(std::vector<Part> parts, ConsentedParts(work));
  RETURN_IF_ERROR(MakeParts(work, parts));
  nlohmann::json params = {
      {"codes", nlohmann::json::array()}, {"spec", nullptr}, {"parts", nlohmann::json::array()}};
  std::vector<platform::ChildStage> stages;
  for (Part& part : parts) {
    params["codes"].push_back(part.tenant->municipality_code());
    params["parts"].push_back(std::move(part.result.at("part")));
    // How many records another has is nothing that it shows.
    if (part.tenant->id() == tenant.id()) stages = part.stages;
  }
  ASSIGN_OR_RETURN(const TableSpec spec, SpecOfProposal(own.proposal));
  params["spec"] = ToJson(spec);
  platform::ChildRequest request;
  request.kind = kJointKind;
  request.params = params.dump();
  request.memory_limit_bytes = deps_.child_memory_bytes;
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult joined, platform::RunChild(std::move(request)));
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
  ASSIGN_OR_RETURN(part.ledger, ReadLedger(deps_, tenant, basis));
  part.policy_version = basis.policy.version;
  part.min_count = basis.min_count;
  ASSIGN_OR_RETURN(const platform::SecretBytes key, AbstractionKey(deps_, tenant, basis));
  ASSIGN_OR_RETURN(const TableRequest table, RequestOf(spec, basis));
  platform::ChildRequest request;
  request.kind = kJointPartKind;
  request.params = LedgerParams(table, part.ledger.earlier);
  request.on_progress = work.heartbeat;
  if (tenant.id() != work.proposer.id()) {
    // The proposer sees the job's progress, and nothing of another's records in it.
    request.on_progress = [&work](const platform::ChildProgress&) {
      return work.heartbeat({"PARTS", 0, 0});
    };
  }
  ASSIGN_OR_RETURN(FromAbstraction made,
                   RunOnAbstraction(deps_, tenant, basis, key, std::move(request)));
  part.stages = std::move(made.child.stages);
  part.result = std::move(made.result);
  if (!IsRefused(part.result)) return absl::OkStatus();
  part.because = BecauseOf(part.result);
  return LedgerRefused();
}

// The proposer's own part first: what fails there he may know. Of the others each is tried, so that
// neither the answer nor the time tells whose failed.
absl::Status JointJob::MakeParts(const Work& work, std::vector<Part>& parts) {
  const auto ours = [&](const Part& part) { return part.tenant->id() == work.proposer.id(); };
  std::vector<Part*> order;
  for (Part& part : parts) order.insert(ours(part) ? order.begin() : order.end(), &part);
  bool failed = false;
  for (Part* part : order) {
    part->made = part->tenant->state() == platform::TenantState::kActive ? MakePart(work, *part)
                                                                         : JointPartFailed();
    if (part->made.ok()) continue;
    if (IsOfTheJob(part->made)) return part->made;
    part->because = RefusedBy(part->made, part->because);
    if (ours(*part)) {
      if (!part->because.empty()) RETURN_IF_ERROR(NoteRefusal(work, parts, part->because));
      return part->made;
    }
    failed = true;
  }
  if (!failed) return absl::OkStatus();
  const absl::Status told = JointPartFailed();
  // Whatever it was, it counts: that a refusal does not count would tell what it was.
  RETURN_IF_ERROR(NoteRefusal(work, parts, platform::ReasonOf(told).name));
  return told;
}

// Counts against who asked, once for the job, and tells each participant's own chain why its part
// could not be made. The officer who consented did not ask: for him nothing counts.
absl::Status JointJob::NoteRefusal(const Work& work, const std::vector<Part>& parts,
                                   const std::string& because) {
  const absl::Time now = deps_.clock->Now();
  const auto note = [&](pqxx::work& tx, const TenantContext& tenant,
                        const Part& part) -> absl::Status {
    platform::AuditEvent event{"service:aggregation",
                               "REFUSE_JOINT_STATISTIC",
                               JointName(tenant.id(), work.joint_id),
                               "REFUSED",
                               {{"dataset", part.row.dataset}}};
    if (tenant.id() == work.proposer.id()) {
      event.actor = work.job.actor;
      event.detail["operation"] = work.job.job_id;
      event.detail["because"] = because;
      return InsertRefusal(tx, tenant, {work.job.job_id, work.job.actor, part.row.dataset, because},
                           event, now);
    }
    // A tenant whose gate is closed is told nothing.
    if (part.made.ok() || tenant.state() != platform::TenantState::kActive) return absl::OkStatus();
    event.detail["reason"] = platform::ReasonOf(part.made).name;
    if (!part.because.empty()) event.detail["because"] = part.because;
    return platform::AppendAudit(tx, tenant, event, now);
  };
  return platform::RunJointTx(
      *deps_.db, work.tenants, "refuse_joint", [&](platform::JointTx& tx) -> absl::Status {
        // A repeated attempt has told everybody.
        if (IsRefusalNoted(tx.As(work.proposer), work.proposer, work.job.job_id)) {
          return absl::OkStatus();
        }
        for (const TenantContext& tenant : work.tenants) {
          const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& one) {
            return one.tenant->id() == tenant.id();
          });
          RETURN_IF_ERROR(note(tx.As(tenant), tenant, *part));
        }
        return absl::OkStatus();
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
    SealedJoint sealed{row.joint_id, "", ""};
    ASSIGN_OR_RETURN(const platform::SecretBytes key,
                     platform::CreateDataKey(tx, tenant, *deps_.keys, sealed.object_id));
    const nlohmann::json content = {{"table", result.at("table")},
                                    {"evidence", part.result.at("evidence")}};
    ASSIGN_OR_RETURN(sealed.table,
                     SealText(tenant, sealed.object_id, kSealed, key, content.dump()));
    ASSIGN_OR_RETURN(sealed.ledger,
                     SealEntry(tenant, sealed.object_id, key, part.result.at("ledger")));
    const auto bytes = static_cast<int64_t>(sealed.table.size() + sealed.ledger.size());
    RETURN_IF_ERROR(platform::MarkDataKeyLive(tx, tenant, sealed.object_id, bytes));
    row.participants = participants;
    row.cells = result.at("cells");
    row.suppressed = result.at("suppressed");
    row.engine_version = result.at("engine_version");
    row.method = result.at("method");
    row.job_id = work.job.job_id;
    const bool ours = tenant.id() == work.proposer.id();
    const platform::AuditEvent event{ours ? work.job.actor : "service:aggregation",
                                     "STORE_JOINT_STATISTIC",
                                     JointName(tenant.id(), row.joint_id),
                                     "OK",
                                     {{"dataset", row.dataset},
                                      {"abstraction", row.abstraction},
                                      {"verdict", row.verdict},
                                      {"municipality_codes", row.codes()},
                                      {"cells", row.cells},
                                      {"suppressed", row.suppressed}}};
    return StoreJoint(tx, tenant, row, sealed, event, now);
  };
  return platform::RunJointTx(
      *deps_.db, work.tenants, "complete_joint", [&](platform::JointTx& tx) -> absl::Status {
        for (const Part& part : parts) RETURN_IF_ERROR(store(tx.As(*part.tenant), part));
        return platform::CompleteJob(tx.As(work.proposer), work.proposer, work.job,
                                     JointName(work.proposer.id(), work.joint_id), stages, now);
      });
}

}  // namespace oboro::aggregation

#include "services/aggregation/joint/joint_handlers.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/joint/joint_errors.h"
#include "services/aggregation/joint/joint_resources.h"
#include "services/aggregation/joint/joint_table.h"
#include "services/aggregation/joint/participants.h"
#include "services/aggregation/joint/proposal.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/refusals.h"
#include "services/aggregation/sharing_errors.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/clock.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/db/joint_tx.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/rpc/operation_rows.h"

namespace oboro::aggregation {
namespace {

using platform::CallContext;
using platform::TenantContext;

// Every proposal lies in somebody's list.
constexpr int kMostProposals = 20;

// Who proposes is known by the code: a person of one tenant is nobody's business in another.
platform::AuditEvent Received(const TenantContext& tenant, const JointRow& row) {
  return {"service:aggregation",
          "RECEIVE_JOINT_STATISTIC",
          JointName(tenant.id(), row.joint_id),
          "OK",
          {{"proposer", row.proposer_code}, {"municipality_codes", row.codes()}}};
}

platform::AuditEvent About(const JointRow& row, platform::AuditEvent event) {
  if (!row.dataset.empty()) event.detail["dataset"] = row.dataset;
  if (!row.abstraction.empty()) event.detail["abstraction"] = row.abstraction;
  return event;
}

// What the tenant answered already, by the same person and for the same thing.
bool IsRepeated(const JointRow& before, const JointRow& after) {
  return before.answer == after.answer && before.actor == after.actor &&
         before.abstraction == after.abstraction && before.verdict == after.verdict;
}

absl::StatusOr<v1::JointStatistic> Answer(const Deps& deps, const CallContext& call,
                                          const JointRow& before, JointRow after,
                                          platform::AuditEvent event) {
  const absl::Time now = deps.clock->Now();
  event = About(after, std::move(event));
  if (!IsRepeated(before, after)) {
    if (before.state != "PROPOSED") return JointState(before.state);
    RETURN_IF_ERROR(deps.db->RunTx(call.tenant(), "answer_joint", [&](pqxx::work& tx) {
      return SetAnswer(tx, call.tenant(), after, before.answer, event, now);
    }));
  }
  return SeenBy(deps, call, after);
}

}  // namespace

absl::StatusOr<v1::ProposeJointStatisticResponse> ProposeJointHandler::operator()(
    const CallContext& call, const v1::ProposeJointStatisticRequest& request) {
  RETURN_IF_ERROR(CheckText("request_id", request.request_id(), 64, false));
  JointRow row;
  row.joint_id = platform::NewId();
  row.proposer_code = call.tenant().municipality_code();
  ASSIGN_OR_RETURN(const std::string proposal, ProposalOf(request.proposal(), row.proposer_code));
  row.proposal = nlohmann::json::parse(proposal);
  row.reference_date = row.proposal["reference_date"].get<std::string>();
  row.request_id = request.request_id();
  row.create_time = deps_.clock->Now();
  ASSIGN_OR_RETURN(std::vector<TenantContext> all, FindParticipants(deps_, row.codes()));
  // A tenant whose gate is closed hears of nothing, as one that is not there.
  std::vector<TenantContext> tenants;
  for (TenantContext& tenant : all) {
    if (tenant.state() == platform::TenantState::kActive) tenants.push_back(std::move(tenant));
  }
  ASSIGN_OR_RETURN(
      const JointRow stored,
      platform::RunJointTx(
          *deps_.db, tenants, "propose_joint",
          [&](platform::JointTx& tx) -> absl::StatusOr<JointRow> {
            pqxx::work& own = tx.As(call.tenant());
            if (const std::string known = FindJointOfRequest(own, call.tenant(), row.request_id);
                !known.empty()) {
              ASSIGN_OR_RETURN(JointRow earlier, ReadJoint(own, call.tenant(), known));
              if (earlier.proposal != row.proposal) return RequestIdReused();
              return earlier;
            }
            if (CountOwnProposals(own, call.tenant()) >= kMostProposals) {
              return JointTooManyProposals(kMostProposals);
            }
            for (const TenantContext& tenant : tenants) {
              const bool proposer = tenant.id() == call.tenant().id();
              JointRow copy = row;
              if (!proposer) copy.request_id.clear();
              RETURN_IF_ERROR(InsertJoint(
                  tx.As(tenant), tenant, copy,
                  proposer
                      ? call.Event("PROPOSE_JOINT_STATISTIC", JointName(tenant.id(), row.joint_id),
                                   {{"municipality_codes", row.codes()}})
                      : Received(tenant, row)));
            }
            return row;
          }));
  v1::ProposeJointStatisticResponse response;
  ASSIGN_OR_RETURN(*response.mutable_joint_statistic(), SeenBy(deps_, call, stored));
  return response;
}

absl::StatusOr<v1::ConsentJointStatisticResponse> ConsentJointHandler::operator()(
    const CallContext& call, const v1::ConsentJointStatisticRequest& request) {
  const std::string& tenant = call.tenant().id();
  ASSIGN_OR_RETURN(const JointRow row, FetchJoint(deps_, call, request.name()));
  RETURN_IF_ERROR(CheckOwnName(tenant, request.abstraction(), "tenants/*/abstractions/*"));
  RETURN_IF_ERROR(CheckOwnName(tenant, request.verdict(), "tenants/*/verdicts/*"));
  JointRow after = row;
  after.answer = "CONSENTED";
  after.actor = call.caller.actor();
  after.abstraction = request.abstraction();
  after.verdict = request.verdict();
  if (!IsRepeated(row, after)) {
    if (row.answer != "WAITING") return JointState(row.answer);
    ASSIGN_OR_RETURN(Answers answers, ReadAnswers(deps_, {row}));
    if (const std::string state = StateOf(row, answers[row.joint_id]); state != "PROPOSED") {
      return JointState(state);
    }
    ASSIGN_OR_RETURN(const TableSpec spec, SpecOfProposal(row.proposal));
    ASSIGN_OR_RETURN(const Basis basis,
                     FetchBasis(deps_, call.tenant(), request.abstraction(), request.verdict(),
                                verification::v1::TIER_JOINT, call.deadline));
    RETURN_IF_ERROR(CheckColumns(basis.abstraction, spec));
    if (basis.abstraction.reference_date() != row.reference_date) {
      return JointDateDiffers(row.reference_date, basis.abstraction.reference_date());
    }
    RETURN_IF_ERROR(CheckJointSize(basis.abstraction, spec, row.codes().size()));
    after.dataset = platform::DatasetOf(basis.abstraction.snapshot());
  }
  v1::ConsentJointStatisticResponse response;
  ASSIGN_OR_RETURN(*response.mutable_joint_statistic(),
                   Answer(deps_, call, row, after,
                          call.Event("CONSENT_JOINT_STATISTIC", request.name(),
                                     {{"verdict", request.verdict()}})));
  return response;
}

absl::StatusOr<v1::DeclineJointStatisticResponse> DeclineJointHandler::operator()(
    const CallContext& call, const v1::DeclineJointStatisticRequest& request) {
  ASSIGN_OR_RETURN(const JointRow row, FetchJoint(deps_, call, request.name()));
  JointRow after = row;
  after.answer = "DECLINED";
  after.actor = call.caller.actor();
  if (row.answer != "WAITING" && !IsRepeated(row, after)) return JointState(row.answer);
  v1::DeclineJointStatisticResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_joint_statistic(),
      Answer(deps_, call, row, after, call.Event("DECLINE_JOINT_STATISTIC", request.name())));
  return response;
}

absl::StatusOr<v1::WithdrawJointStatisticResponse> WithdrawJointHandler::operator()(
    const CallContext& call, const v1::WithdrawJointStatisticRequest& request) {
  ASSIGN_OR_RETURN(const JointRow row, FetchJoint(deps_, call, request.name()));
  JointRow after = row;
  after.answer = "WITHDRAWN";
  after.actor = call.caller.actor();
  const bool own = row.proposer_code == call.tenant().municipality_code();
  const bool may = row.answer == "CONSENTED" || (own && row.answer == "WAITING");
  if (!may && !IsRepeated(row, after)) return JointState(row.answer);
  v1::WithdrawJointStatisticResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_joint_statistic(),
      Answer(deps_, call, row, after, call.Event("WITHDRAW_JOINT_STATISTIC", request.name())));
  return response;
}

absl::StatusOr<v1::MakeJointStatisticResponse> MakeJointHandler::operator()(
    const CallContext& call, const v1::MakeJointStatisticRequest& request) {
  ASSIGN_OR_RETURN(const JointRow row, FetchJoint(deps_, call, request.name()));
  const auto event = About(row, call.Event("MAKE_JOINT_STATISTIC", request.name()));
  absl::StatusOr<operation::v1::Operation> queued = Enqueue(call, request, row, event);
  if (!queued.ok()) return AuditRefusal(deps_, call.tenant(), event, queued.status());
  v1::MakeJointStatisticResponse response;
  *response.mutable_operation() = *std::move(queued);
  return response;
}

absl::StatusOr<operation::v1::Operation> MakeJointHandler::Enqueue(
    const CallContext& call, const v1::MakeJointStatisticRequest& request, const JointRow& row,
    const platform::AuditEvent& event) {
  if (row.proposer_code != call.tenant().municipality_code()) return JointNotProposer();
  RETURN_IF_ERROR(CheckRefusals(deps_, call.tenant(), call.caller.actor()));
  ASSIGN_OR_RETURN(Answers answers, ReadAnswers(deps_, {row}));
  const bool ready = AllConsented(answers[row.joint_id]);
  platform::NewJob job;
  job.kind = kJointKind;
  job.target_name = request.name();
  job.params = nlohmann::json({{"joint", row.joint_id}}).dump();
  job.request_id = request.request_id();
  job.dataset = row.dataset;
  const absl::Time now = deps_.clock->Now();
  return deps_.db->RunTx(
      call.tenant(), "make_joint", [&](pqxx::work& tx) -> absl::StatusOr<operation::v1::Operation> {
        ASSIGN_OR_RETURN(auto operation, platform::EnqueueOperation(tx, call, job, now));
        // A repeated request finds the operation that made it.
        if (row.state == "MADE" && !absl::EndsWith(operation.name(), "/" + row.job_id)) {
          return JointState(row.state);
        }
        if (row.state != "MADE" && !ready) return JointNotReady();
        RETURN_IF_ERROR(platform::AppendAudit(tx, call.tenant(), event, now));
        return operation;
      });
}

absl::StatusOr<v1::GetJointStatisticResponse> GetJointHandler::operator()(
    const CallContext& call, const v1::GetJointStatisticRequest& request) {
  ASSIGN_OR_RETURN(const JointRow row, FetchJoint(deps_, call, request.name()));
  v1::GetJointStatisticResponse response;
  ASSIGN_OR_RETURN(*response.mutable_joint_statistic(), SeenBy(deps_, call, row));
  return response;
}

absl::StatusOr<v1::ListJointStatisticsResponse> ListJointsHandler::operator()(
    const CallContext& call, const v1::ListJointStatisticsRequest&) {
  ASSIGN_OR_RETURN(const std::vector<JointRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_joints",
                                   [&](pqxx::work& tx) { return ListJoints(tx, call.tenant()); }));
  ASSIGN_OR_RETURN(Answers answers, ReadAnswers(deps_, rows));
  v1::ListJointStatisticsResponse response;
  for (const JointRow& row : rows) {
    *response.add_joint_statistics() = ToProto(call.tenant(), row, answers[row.joint_id]);
  }
  return response;
}

absl::StatusOr<v1::ReadJointStatisticResponse> ReadJointHandler::operator()(
    const CallContext& call, const v1::ReadJointStatisticRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseJointName(request.name()));
  platform::SecretBytes key;
  ASSIGN_OR_RETURN(
      const SealedJoint sealed,
      deps_.db->RunTx(
          call.tenant(), "read_joint", [&](pqxx::work& tx) -> absl::StatusOr<SealedJoint> {
            ASSIGN_OR_RETURN(const JointRow row, ReadJoint(tx, call.tenant(), id));
            if (row.state != "MADE") return JointState(row.state);
            ASSIGN_OR_RETURN(SealedJoint found, ReadSealedJoint(tx, call.tenant(), id));
            ASSIGN_OR_RETURN(
                key, platform::LoadDataKey(tx, call.tenant(), *deps_.keys, found.object_id));
            RETURN_IF_ERROR(platform::AppendAudit(
                tx, call.tenant(), About(row, call.Event("READ_JOINT_STATISTIC", request.name())),
                deps_.clock->Now()));
            return found;
          }));
  ASSIGN_OR_RETURN(const std::string text,
                   OpenText(call.tenant(), sealed.object_id, "joint", key, sealed.table));
  const auto json = nlohmann::json::parse(text);
  v1::ReadJointStatisticResponse response;
  for (const auto& dimension : json.at("table").at("dimensions")) {
    v1::Dimension* to = response.add_dimensions();
    to->set_column(dimension.at("column").get<std::string>());
    for (const auto& member : dimension.at("members")) to->add_members(member.get<std::string>());
    for (const auto& parent : dimension.at("parents")) to->add_parents(parent.get<int32_t>());
    for (const auto& level : dimension.at("within")) to->add_within(level.get<std::string>());
  }
  int64_t at = 0;
  for (const auto& cell : json.at("table").at("cells")) {
    v1::Cell* to = response.add_cells();
    int64_t rest = at++;
    for (int d = 0; d < response.dimensions_size(); ++d) to->add_members(0);
    for (int d = response.dimensions_size() - 1; d >= 0; --d) {
      const int64_t members = response.dimensions(d).members_size();
      to->set_members(d, static_cast<int32_t>(rest % members));
      rest /= members;
    }
    to->set_status(cell.is_null() ? v1::CELL_STATUS_SUPPRESSED : v1::CELL_STATUS_VALUE);
    if (!cell.is_null()) to->set_value(cell.get<int64_t>());
  }
  if (platform::Has(call.roles, platform::Role::kPrivacyOfficer)) {
    response.set_evidence_json(json.at("evidence").dump());
  }
  return response;
}

}  // namespace oboro::aggregation

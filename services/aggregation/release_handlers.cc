#include "services/aggregation/release_handlers.h"

#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/names.h"
#include "services/aggregation/release_rows.h"
#include "services/aggregation/sharing_errors.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::aggregation {
namespace {

using platform::CallContext;

constexpr size_t kMaxReason = 500;

std::string ReleaseName(const CallContext& call, const std::string& id) {
  return absl::StrCat(call.tenant().name(), "/releases/", id);
}

// The name of the table that `row` is about.
std::string TableName(const CallContext& call, const ReleaseRow& row) {
  return row.joint_id.empty() ? StatisticName(call.tenant().id(), row.statistic_id)
                              : JointName(call.tenant().id(), row.joint_id);
}

// The subject alone: the issuer is the instance's business.
std::string Subject(const std::string& actor) { return actor.substr(actor.find('#') + 1); }

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  *out = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

v1::ReleaseState ToProto(ReleaseState state) {
  v1::ReleaseState out = v1::RELEASE_STATE_UNSPECIFIED;
  v1::ReleaseState_Parse(absl::StrCat("RELEASE_STATE_", ReleaseStateName(state)), &out);
  return out;
}

v1::Release ToProto(const CallContext& call, const ReleaseRow& row) {
  v1::Release release;
  release.set_name(ReleaseName(call, row.release_id));
  release.set_statistic(TableName(call, row));
  release.set_display_name(row.display_name);
  for (const auto tier : {verification::v1::TIER_INTERNAL, verification::v1::TIER_JOINT,
                          verification::v1::TIER_PUBLIC}) {
    if (TierName(tier) == row.tier) release.set_tier(tier);
  }
  release.set_state(ToProto(row.state));
  release.set_requester(Subject(row.requester));
  for (const ReleaseStepRow& step : row.steps) {
    v1::ReleaseStep* out = release.add_steps();
    out->set_state(ToProto(step.state));
    out->set_actor(Subject(step.actor));
    out->set_reason(step.reason);
    SetTime(step.time, out->mutable_time());
  }
  SetTime(row.create_time, release.mutable_create_time());
  return release;
}

template <typename Response>
absl::StatusOr<Response> Answer(const CallContext& call, absl::StatusOr<ReleaseRow> row) {
  if (!row.ok()) return row.status();
  Response response;
  *response.mutable_release() = ToProto(call, *row);
  return response;
}

platform::AuditEvent Event(const CallContext& call, absl::string_view action, const ReleaseRow& row,
                           const std::string& reason) {
  platform::AuditEvent event = call.Event(std::string(action), ReleaseName(call, row.release_id),
                                          {{"statistic", TableName(call, row)},
                                           {"dataset", row.dataset},
                                           {"tier", row.tier},
                                           {"reason", reason}});
  if (!row.joint_id.empty()) event.detail["municipality_codes"] = row.municipalities;
  return event;
}

absl::StatusOr<std::string> ParseReleaseName(absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/releases/*"));
  return ids[1];
}

// One step of a release. `check` says who may take it; its refusals go to the audit chain.
absl::StatusOr<ReleaseRow> Move(const Deps& deps, const CallContext& call, const std::string& name,
                                ReleaseVerb verb, const std::string& reason,
                                const std::function<absl::Status(const ReleaseRow&)>& check) {
  ASSIGN_OR_RETURN(const std::string id, ParseReleaseName(name));
  const absl::Time now = deps.clock->Now();
  const std::string actor = call.caller.actor();
  absl::StatusOr<ReleaseRow> moved = deps.db->RunTx(
      call.tenant(), "move_release", [&](pqxx::work& tx) -> absl::StatusOr<ReleaseRow> {
        ASSIGN_OR_RETURN(ReleaseRow row, ReadRelease(tx, call.tenant(), id));
        // Asked again by the same person, after an answer that got lost.
        if (row.state == ReleaseGoal(verb) && row.steps.back().actor == actor) return row;
        RETURN_IF_ERROR(check(row));
        ASSIGN_OR_RETURN(const ReleaseState next, NextReleaseState(verb, row.state));
        RETURN_IF_ERROR(AddReleaseStep(tx, call.tenant(), row, {next, actor, reason, now},
                                       Event(call, ReleaseAction(verb), row, reason)));
        return row;
      });
  if (moved.status().code() != absl::StatusCode::kPermissionDenied) return moved;
  const absl::Status written =
      deps.db->RunTx(call.tenant(), "refuse_release", [&](pqxx::work& tx) -> absl::Status {
        ASSIGN_OR_RETURN(const ReleaseRow row, ReadRelease(tx, call.tenant(), id));
        platform::AuditEvent event =
            Event(call, ReleaseAction(verb), row, platform::ReasonOf(moved.status()).name);
        event.outcome = "REFUSED";
        return platform::AppendAudit(tx, call.tenant(), event, now);
      });
  RETURN_IF_ERROR(written);
  return moved;
}

// The table that a request names: a statistic, or the tenant's copy of a joint one.
absl::StatusOr<ReleaseRow> ReadNamed(pqxx::work& tx, const CallContext& call,
                                     const std::string& name) {
  if (const absl::StatusOr<std::string> joint = ParseJointName(name); joint.ok()) {
    return ReadReleasableJoint(tx, call.tenant(), *joint);
  }
  ASSIGN_OR_RETURN(const std::string statistic, ParseStatisticName(name));
  return ReadReleasable(tx, call.tenant(), statistic);
}

bool MayWithdrawAny(const CallContext& call) {
  return platform::Has(call.roles, platform::Role::kPrivacyOfficer) ||
         platform::Has(call.roles, platform::Role::kAdministrator);
}

}  // namespace

absl::StatusOr<v1::RequestReleaseResponse> RequestReleaseHandler::operator()(
    const CallContext& call, const v1::RequestReleaseRequest& request) {
  RETURN_IF_ERROR(CheckOwnName(call.tenant().id(), request.statistic(),
                               ParseJointName(request.statistic()).ok()
                                   ? "tenants/*/jointStatistics/*"
                                   : "tenants/*/statistics/*"));
  RETURN_IF_ERROR(CheckText("reason", request.reason(), kMaxReason, true));
  RETURN_IF_ERROR(CheckText("request_id", request.request_id(), 64, false));
  const auto store = [&](pqxx::work& tx) -> absl::StatusOr<ReleaseRow> {
    const std::string actor = call.caller.actor();
    if (const std::string known = FindReleaseOfRequest(tx, call.tenant(), request.request_id());
        !known.empty()) {
      ASSIGN_OR_RETURN(ReleaseRow row, ReadRelease(tx, call.tenant(), known));
      const bool same = TableName(call, row) == request.statistic() && row.requester == actor &&
                        row.steps.front().reason == request.reason();
      if (!same) return RequestIdReused();
      return row;
    }
    ASSIGN_OR_RETURN(ReleaseRow row, ReadNamed(tx, call, request.statistic()));
    if (const std::string other = FindReleaseUnderWay(tx, call.tenant(), row); !other.empty()) {
      return ReleaseUnderWay(ReleaseName(call, other));
    }
    row.release_id = platform::NewId();
    row.requester = actor;
    row.request_id = request.request_id();
    row.create_time = deps_.clock->Now();
    row.steps = {{ReleaseState::kRequested, actor, request.reason(), row.create_time}};
    RETURN_IF_ERROR(InsertRelease(tx, call.tenant(), row,
                                  Event(call, "REQUEST_RELEASE", row, request.reason())));
    return row;
  };
  absl::StatusOr<ReleaseRow> stored = deps_.db->RunTx(call.tenant(), "request_release", store);
  // Another one was faster: look again, and answer with or by it.
  if (stored.status().code() == absl::StatusCode::kAlreadyExists &&
      platform::ReasonOf(stored.status()).name == "ALREADY_EXISTS") {
    stored = deps_.db->RunTx(call.tenant(), "request_release", store);
  }
  return Answer<v1::RequestReleaseResponse>(call, std::move(stored));
}

absl::StatusOr<v1::ReviewReleaseResponse> ReviewReleaseHandler::operator()(
    const CallContext& call, const v1::ReviewReleaseRequest& request) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), kMaxReason, !request.approve()));
  const auto check = [&call](const ReleaseRow& row) -> absl::Status {
    const std::string actor = call.caller.actor();
    if (row.author == actor || row.consenter == actor) return ReleaseSelfReview(/*author=*/true);
    return row.requester == actor ? ReleaseSelfReview(/*author=*/false) : absl::OkStatus();
  };
  return Answer<v1::ReviewReleaseResponse>(
      call, Move(deps_, call, request.name(),
                 request.approve() ? ReleaseVerb::kApprove : ReleaseVerb::kReject, request.reason(),
                 check));
}

absl::StatusOr<v1::PublishReleaseResponse> PublishReleaseHandler::operator()(
    const CallContext& call, const v1::PublishReleaseRequest& request) {
  return Answer<v1::PublishReleaseResponse>(
      call, Move(deps_, call, request.name(), ReleaseVerb::kPublish, "",
                 [](const ReleaseRow&) { return absl::OkStatus(); }));
}

absl::StatusOr<v1::WithdrawReleaseResponse> WithdrawReleaseHandler::operator()(
    const CallContext& call, const v1::WithdrawReleaseRequest& request) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), kMaxReason, true));
  const auto check = [&call](const ReleaseRow& row) -> absl::Status {
    // What is over is told as such, whoever asks.
    if (!NextReleaseState(ReleaseVerb::kWithdraw, row.state).ok() || MayWithdrawAny(call)) {
      return absl::OkStatus();
    }
    const bool own = row.requester == call.caller.actor();
    return own && row.state == ReleaseState::kRequested ? absl::OkStatus() : ReleaseNotYours();
  };
  return Answer<v1::WithdrawReleaseResponse>(
      call, Move(deps_, call, request.name(), ReleaseVerb::kWithdraw, request.reason(), check));
}

absl::StatusOr<v1::GetReleaseResponse> GetReleaseHandler::operator()(
    const CallContext& call, const v1::GetReleaseRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseReleaseName(request.name()));
  return Answer<v1::GetReleaseResponse>(
      call, deps_.db->RunTx(call.tenant(), "get_release",
                            [&](pqxx::work& tx) { return ReadRelease(tx, call.tenant(), id); }));
}

absl::StatusOr<v1::ListReleasesResponse> ListReleasesHandler::operator()(
    const CallContext& call, const v1::ListReleasesRequest&) {
  ASSIGN_OR_RETURN(const std::vector<ReleaseRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_releases", [&](pqxx::work& tx) {
                     return ListReleases(tx, call.tenant());
                   }));
  v1::ListReleasesResponse response;
  for (const ReleaseRow& row : rows) *response.add_releases() = ToProto(call, row);
  return response;
}

}  // namespace oboro::aggregation

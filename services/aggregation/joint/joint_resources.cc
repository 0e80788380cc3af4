#include "services/aggregation/joint/joint_resources.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/aggregation/joint/participants.h"
#include "services/aggregation/joint/proposal.h"
#include "services/aggregation/names.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::aggregation {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  *out = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

v1::JointAnswer ToAnswer(const std::string& answer) {
  v1::JointAnswer out = v1::JOINT_ANSWER_UNSPECIFIED;
  v1::JointAnswer_Parse(absl::StrCat("JOINT_ANSWER_", answer), &out);
  return out;
}

}  // namespace

v1::JointStatistic ToProto(const platform::TenantContext& tenant, const JointRow& row,
                           const std::map<std::string, std::string>& answers) {
  v1::JointStatistic out;
  out.set_name(JointName(tenant.id(), row.joint_id));
  *out.mutable_proposal() = ToProto(row.proposal);
  v1::JointState state = v1::JOINT_STATE_UNSPECIFIED;
  v1::JointState_Parse(absl::StrCat("JOINT_STATE_", StateOf(row, answers)), &state);
  out.set_state(state);
  for (const auto& [code, answer] : answers) {
    v1::JointParticipant* participant = out.add_participants();
    participant->set_municipality_code(code);
    participant->set_proposer(code == row.proposer_code);
    participant->set_answer(ToAnswer(answer));
    for (const auto& made : row.participants) {
      if (made.at("code") != code) continue;
      participant->set_reference_date(made.at("reference_date").get<std::string>());
      participant->set_policy_version(made.at("policy_version").get<int32_t>());
      participant->set_min_count(made.at("min_count").get<int64_t>());
    }
  }
  out.set_abstraction(row.abstraction);
  out.set_verdict(row.verdict);
  if (!row.actor.empty()) out.set_consented_by(row.actor.substr(row.actor.find('#') + 1));
  SetTime(row.create_time, out.mutable_create_time());
  if (row.state != "MADE") return out;
  out.set_cells(row.cells);
  out.set_suppressed(row.suppressed);
  out.set_engine_version(row.engine_version);
  out.set_method(row.method);
  SetTime(row.make_time, out.mutable_make_time());
  return out;
}

absl::StatusOr<v1::JointStatistic> SeenBy(const Deps& deps, const platform::CallContext& call,
                                          const JointRow& row) {
  ASSIGN_OR_RETURN(Answers answers, ReadAnswers(deps, {row}));
  return ToProto(call.tenant(), row, answers[row.joint_id]);
}

absl::StatusOr<JointRow> FetchJoint(const Deps& deps, const platform::CallContext& call,
                                    const std::string& name) {
  ASSIGN_OR_RETURN(const std::string id, ParseJointName(name));
  return deps.db->RunTx(call.tenant(), "get_joint",
                        [&](pqxx::work& tx) { return ReadJoint(tx, call.tenant(), id); });
}

}  // namespace oboro::aggregation

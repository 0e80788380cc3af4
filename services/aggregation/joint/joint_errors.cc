#include "services/aggregation/joint/joint_errors.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {

using absl::StatusCode;
using platform::ReasonedError;

absl::Status JointNotComparable() {
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"JOINT_NOT_COMPARABLE",
       "The participants' categories cannot be joined: a value lies in different groups, or "
       "categories differ while a policy protects zeros. Propose fewer levels, or dimensions with "
       "the same categories everywhere.",
       "参加団体の区分を合わせられません（上位の区分が異なるか、0も秘匿する団体があるのに区分が"
       "異なります）。階層を減らすか、共通の区分の列で提案してください。",
       {}});
}

absl::Status JointPartFailed() {
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"JOINT_PART_FAILED",
       "The part of another participant could not be made; its own audit log says why. Ask the "
       "participants' privacy officers.",
       "ほかの参加団体の部分を作成できませんでした。理由はその団体の監査ログにあります。"
       "参加団体の個人情報保護担当に確かめてください。",
       {}});
}

absl::Status JointNotReady() {
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"JOINT_NOT_READY",
       "Not every participant consents. See the answers, and wait or propose anew.",
       "参加団体すべての同意がそろっていません。回答を確かめて、待つか提案し直してください。",
       {}});
}

absl::Status JointState(absl::string_view state) {
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"JOINT_STATE",
       absl::StrCat("This is not possible any more or not yet: the answer or state is ", state,
                    ". Read the joint statistic again."),
       absl::StrCat("現在の状態（", state, "）ではできません。最新の状態を確かめてください。"),
       {{"state", std::string(state)}}});
}

absl::Status JointNotProposer() {
  return ReasonedError(StatusCode::kFailedPrecondition,
                       {"JOINT_NOT_PROPOSER",
                        "The municipality that proposed it has the table made.",
                        "表の作成を始められるのは提案した団体です。",
                        {}});
}

absl::Status JointDateDiffers(absl::string_view proposed, absl::string_view own) {
  return ReasonedError(
      StatusCode::kFailedPrecondition,
      {"JOINT_DATE_DIFFERS",
       absl::StrCat("The proposal is for the reference date ", proposed, ", the abstraction is of ",
                    own, ". Choose an abstraction of the proposed date."),
       absl::StrCat("提案の時点は ", proposed, "、この抽象化データの時点は ", own,
                    " です。提案と同じ時点のデータを選んでください。"),
       {}});
}

absl::Status JointTooManyProposals(int most) {
  return ReasonedError(
      StatusCode::kResourceExhausted,
      {"JOINT_TOO_MANY_PROPOSALS",
       absl::StrCat("At most ", most, " proposals may wait. Withdraw one first."),
       absl::StrCat("回答待ちの提案は", most, "件までです。不要な提案を取り下げてください。"),
       {}});
}

}  // namespace oboro::aggregation

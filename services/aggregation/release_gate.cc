#include "services/aggregation/release_gate.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr size_t kStates = 5;
constexpr size_t kVerbs = 4;
constexpr std::array<const char*, kStates> kStateNames = {"REQUESTED", "APPROVED", "REJECTED",
                                                          "PUBLISHED", "WITHDRAWN"};
constexpr std::array<const char*, kStates> kStateNamesJa = {"申請中", "承認済み", "却下", "公開中",
                                                            "取下げ済み"};
constexpr std::array<const char*, kVerbs> kVerbNames = {"Approve", "Reject", "Publish", "Withdraw"};
constexpr std::array<const char*, kVerbs> kVerbNamesJa = {"承認", "却下", "公開", "取下げ"};
constexpr std::array<const char*, kVerbs> kActions = {"APPROVE_RELEASE", "REJECT_RELEASE",
                                                      "PUBLISH_RELEASE", "WITHDRAW_RELEASE"};

constexpr int kNo = -1;
constexpr int kAp = 1, kRj = 2, kPu = 3, kWi = 4;
// What was rejected or withdrawn stays so: another request is another release.
constexpr int kLife[kVerbs][kStates] = {
    // REQUESTED APPROVED REJECTED PUBLISHED WITHDRAWN
    {kAp, kNo, kNo, kNo, kNo},  // Approve
    {kRj, kNo, kNo, kNo, kNo},  // Reject
    {kNo, kPu, kNo, kNo, kNo},  // Publish
    {kWi, kWi, kNo, kWi, kNo},  // Withdraw
};

absl::Status Refuse(ReleaseVerb verb, ReleaseState state) {
  const auto v = static_cast<size_t>(verb);
  const auto s = static_cast<size_t>(state);
  return platform::ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"RELEASE_STATE",
       absl::StrCat("The release is ", kStateNames[s], ": ", kVerbNames[v],
                    " is not possible from there. Read it again; ask anew if it is wanted still."),
       absl::StrCat("この公開申請は「", kStateNamesJa[s], "」のため、", kVerbNamesJa[v],
                    "できません。最新の状態を確かめ、必要なら改めて申請してください。"),
       {{"state", kStateNames[s]}, {"verb", kVerbNames[v]}}});
}

}  // namespace

absl::StatusOr<ReleaseState> NextReleaseState(ReleaseVerb verb, ReleaseState state) {
  const int next = kLife[static_cast<size_t>(verb)][static_cast<size_t>(state)];
  if (next == kNo) return Refuse(verb, state);
  return static_cast<ReleaseState>(next);
}

ReleaseState ReleaseGoal(ReleaseVerb verb) {
  // Each verb leads to one state; all but Publish are possible from the first.
  const auto& row = kLife[static_cast<size_t>(verb)];
  return static_cast<ReleaseState>(row[0] == kNo ? row[kAp] : row[0]);
}

absl::string_view ReleaseStateName(ReleaseState state) {
  return kStateNames[static_cast<size_t>(state)];
}

absl::StatusOr<ReleaseState> ParseReleaseState(absl::string_view name) {
  for (size_t i = 0; i < kStates; ++i) {
    if (name == kStateNames[i]) return static_cast<ReleaseState>(i);
  }
  return absl::InternalError(absl::StrCat("no release state is named ", name));
}

absl::string_view ReleaseAction(ReleaseVerb verb) { return kActions[static_cast<size_t>(verb)]; }

std::string ReleaseGateMarkdown() {
  std::string text = "| from |";
  for (const char* verb : kVerbNames) absl::StrAppend(&text, " ", verb, " |");
  absl::StrAppend(&text, "\n| --- | --- | --- | --- | --- |\n");
  for (size_t s = 0; s < kStates; ++s) {
    absl::StrAppend(&text, "| ", kStateNames[s], " ", kStateNamesJa[s], " |");
    for (size_t v = 0; v < kVerbs; ++v) {
      const int next = kLife[v][s];
      absl::StrAppend(&text, " ",
                      next == kNo ? "RELEASE_STATE" : kStateNames[static_cast<size_t>(next)], " |");
    }
    absl::StrAppend(&text, "\n");
  }
  absl::StrAppend(&text, "\n```mermaid\nstateDiagram-v2\n    [*] --> REQUESTED: Request\n");
  for (size_t s = 0; s < kStates; ++s) {
    for (size_t v = 0; v < kVerbs; ++v) {
      if (kLife[v][s] == kNo) continue;
      absl::StrAppend(&text, "    ", kStateNames[s], " --> ",
                      kStateNames[static_cast<size_t>(kLife[v][s])], ": ", kVerbNames[v], "\n");
    }
  }
  absl::StrAppend(&text, "    REJECTED --> [*]\n    WITHDRAWN --> [*]\n```\n");
  return text;
}

}  // namespace oboro::aggregation

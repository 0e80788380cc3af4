#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::aggregation {

// Where a statistic is on its way out of the house (docs/releases.md).
enum class ReleaseState { kRequested, kApproved, kRejected, kPublished, kWithdrawn };

// What moves it on.
enum class ReleaseVerb { kApprove, kReject, kPublish, kWithdraw };

// The state that `verb` leads to from `state`, or FAILED_PRECONDITION, reason RELEASE_STATE. The
// one place that knows: handlers compare no states.
absl::StatusOr<ReleaseState> NextReleaseState(ReleaseVerb verb, ReleaseState state);

// Where `verb` leads to whenever it is allowed.
ReleaseState ReleaseGoal(ReleaseVerb verb);

// REQUESTED, APPROVED ...: how rows and documents write a state.
absl::string_view ReleaseStateName(ReleaseState state);
absl::StatusOr<ReleaseState> ParseReleaseState(absl::string_view name);

// The action in the audit chain: APPROVE_RELEASE ...
absl::string_view ReleaseAction(ReleaseVerb verb);

// The table and its state diagram (Mermaid) as Markdown: the part of docs/releases.md between its
// generated marks. A test compares.
std::string ReleaseGateMarkdown();

}  // namespace oboro::aggregation

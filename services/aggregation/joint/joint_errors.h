#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::aggregation {

// FAILED_PRECONDITION each (docs/errors.md). None tells of another participant more than its code.
absl::Status JointNotComparable();
absl::Status JointPartFailed();
absl::Status JointNotReady();
absl::Status JointState(absl::string_view state);
absl::Status JointNotProposer();
absl::Status JointDateDiffers(absl::string_view proposed, absl::string_view own);
// RESOURCE_EXHAUSTED.
absl::Status JointTooManyProposals(int most);

}  // namespace oboro::aggregation

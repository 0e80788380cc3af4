#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::aggregation {

// The refusals of views and releases; every reason is registered in docs/errors.md.

absl::Status ViewNotYours();
// Who asked for the release, or made the statistic, reviews it.
absl::Status ReleaseSelfReview(bool author);
absl::Status ReleaseNotYours();
// The statistic is on its way out already.
absl::Status ReleaseUnderWay(absl::string_view release);
absl::Status RequestIdReused();

// OK when `text` has at most `most` characters, no control characters but line ends and tabs, and
// something to say if `required`; INVALID_FIELD otherwise.
absl::Status CheckText(absl::string_view field, absl::string_view text, size_t most, bool required);

}  // namespace oboro::aggregation

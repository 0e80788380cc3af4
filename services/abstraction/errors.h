#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::abstraction {

// The errors that the service tells its callers; every reason is registered in docs/errors.md.

// `faults` names every fault of a recipe with its line.
absl::Status RecipeInvalid(absl::string_view faults);
// The recipe does not fit the snapshot's file; `why` names columns, never a value.
absl::Status RecipeDoesNotFit(absl::string_view why);
absl::Status InvalidField(absl::string_view field, absl::string_view want,
                          absl::string_view want_ja);
// Only a checked and accepted snapshot can be abstracted.
absl::Status SnapshotNotAccepted(absl::string_view state);
absl::Status NotYourDepartment();

}  // namespace oboro::abstraction

#include "services/abstraction/errors.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::abstraction {

using platform::ReasonedError;

absl::Status NotYourDepartment() {
  return ReasonedError(absl::StatusCode::kPermissionDenied,
                       {"NOT_YOUR_DEPARTMENT",
                        "the snapshot belongs to another department; ask that department's steward",
                        "この時点データは他の課が保有しています。保有課に依頼してください。",
                        {}});
}

absl::Status RecipeInvalid(absl::string_view faults) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"RECIPE_INVALID",
                        absl::StrCat("the recipe is not valid: ", faults),
                        absl::StrCat("レシピに誤りがあります: ", faults),
                        {}});
}

absl::Status RecipeDoesNotFit(absl::string_view why) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {"RECIPE_DOES_NOT_FIT",
                        absl::StrCat("the recipe does not fit the snapshot: ", why),
                        absl::StrCat("レシピがこの時点データに合いません: ", why),
                        {}});
}

absl::Status InvalidField(absl::string_view field, absl::string_view want,
                          absl::string_view want_ja) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"INVALID_FIELD",
                        absl::StrCat(field, " must be ", want),
                        absl::StrCat(field, " は", want_ja, "を指定してください。"),
                        {{"field", std::string(field)}}});
}

absl::Status SnapshotNotAccepted(absl::string_view state) {
  return ReasonedError(
      absl::StatusCode::kFailedPrecondition,
      {"SNAPSHOT_NOT_ACCEPTED",
       absl::StrCat("the snapshot is ", state, "; only ACCEPTED ones are abstracted"),
       "この時点データは検査に合格していないか、既に廃棄されています。",
       {{"state", std::string(state)}}});
}

}  // namespace oboro::abstraction

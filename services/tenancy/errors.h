#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::tenancy {

// The refusals of this service; every reason is registered in docs/errors.md.

// INVALID_ARGUMENT, reason INVALID_ARGUMENT: which field, what it must be.
absl::Status InvalidField(absl::string_view field, absl::string_view must,
                          absl::string_view must_ja);
absl::Status InvalidPageToken();
absl::Status TenantExists();
absl::Status MemberExists();
absl::Status LastAdministrator();
absl::Status ConfirmationWrong();
absl::Status OperationNotYours();
absl::Status AuditEmpty();
absl::Status ShuttingDown();
// A department that still has members, or (`members` 0) holds datasets.
absl::Status DepartmentInUse(int members);
absl::Status NotYourDepartment();

}  // namespace oboro::tenancy

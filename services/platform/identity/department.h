#pragma once

#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// Whether a stored actor (user:{issuer}#{subject}, service:{name}) may touch what a department of
// the tenant holds, by rows as they are now: services, its stewards and those of no department in
// particular. Inside Db::RunDirectoryTx; for jobs, which outlive the call that asked for them.
absl::StatusOr<bool> IsOfDepartment(pqxx::work& tx, const std::string& tenant_id,
                                    const std::string& actor, absl::string_view department_id);

}  // namespace oboro::platform

#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/platform/identity/caller.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::tenancy {

// Between rows and protos.

void SetTime(absl::Time time, google::protobuf::Timestamp* out);

// The columns that TenantFromRow reads.
inline constexpr char kTenantColumns[] =
    "tenant_id, municipality_code, display_name, population, state, create_time";
absl::StatusOr<v1::Tenant> TenantFromRow(const pqxx::row& row);
// The tenant's own row; NOT_FOUND when it is gone.
absl::StatusOr<v1::Tenant> ReadTenant(pqxx::work& tx, const platform::TenantContext& tenant);

// The columns that MemberFromRow reads. Names of people are tenancy's alone: the directory role,
// which sees every tenant, may not read them.
inline constexpr char kMemberColumns[] =
    "tenant_id, member_id, issuer, subject, role, department_id";
v1::Member MemberFromRow(const pqxx::row& row);

v1::Role RoleToProto(platform::Role role);
// Nothing for UNSPECIFIED and unknown numbers.
std::optional<platform::Role> RoleFromProto(v1::Role role);

v1::TenantState StateToProto(platform::TenantState state);

// A page of a list: what was asked for, within its bounds.
int PageSize(int asked, int fallback, int most);

}  // namespace oboro::tenancy

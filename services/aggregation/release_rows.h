#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aggregation/release_gate.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// A row of aggregation.release_steps: who brought a release to a state, when and why.
struct ReleaseStepRow {
  ReleaseState state = ReleaseState::kRequested;
  std::string actor;  // As audit events name a person.
  std::string reason;
  absl::Time time;
};

// A row of aggregation.releases with what its table says of itself.
struct ReleaseRow {
  std::string release_id;
  std::string statistic_id;                 // One of both, the other empty.
  std::string joint_id;                     // The tenant's copy of a joint statistic.
  std::string display_name;                 // The table's.
  std::string tier;                         // Likewise: INTERNAL, JOINT or PUBLIC.
  std::string dataset;                      // Likewise: "tenants/*/datasets/*".
  std::vector<std::string> municipalities;  // Of a joint statistic: every participant's code.
  ReleaseState state = ReleaseState::kRequested;
  std::string requester;
  std::string author;     // Who made the table.
  std::string consenter;  // Of a joint statistic: who consented for this tenant.
  std::string request_id;
  absl::Time create_time;
  std::vector<ReleaseStepRow> steps;  // Oldest first.
};

// What a statistic says of itself, in a row whose other fields are empty. The author is who asked
// for the job that made it. NOT_FOUND when there is none.
absl::StatusOr<ReleaseRow> ReadReleasable(pqxx::work& tx, const platform::TenantContext& tenant,
                                          const std::string& statistic_id);

// The same of the tenant's copy of a joint statistic. Where the tenant proposed, the author is who
// asked that it is made; elsewhere who consented. NOT_FOUND, or JOINT_STATE when it is not made.
absl::StatusOr<ReleaseRow> ReadReleasableJoint(pqxx::work& tx,
                                               const platform::TenantContext& tenant,
                                               const std::string& joint_id);

// The release that a request with this id made, or that is under way for the table of `row`; empty
// when there is none.
std::string FindReleaseOfRequest(pqxx::work& tx, const platform::TenantContext& tenant,
                                 const std::string& request_id);
std::string FindReleaseUnderWay(pqxx::work& tx, const platform::TenantContext& tenant,
                                const ReleaseRow& row);

// Stores a request with its first step. ALREADY_EXISTS when another one was faster.
absl::Status InsertRelease(pqxx::work& tx, const platform::TenantContext& tenant,
                           const ReleaseRow& row, const platform::AuditEvent& event);

// NOT_FOUND when there is none.
absl::StatusOr<ReleaseRow> ReadRelease(pqxx::work& tx, const platform::TenantContext& tenant,
                                       const std::string& release_id);

// Newest first.
absl::StatusOr<std::vector<ReleaseRow>> ListReleases(pqxx::work& tx,
                                                     const platform::TenantContext& tenant);

// Brings `row` to `step.state` and adds the step; a review also names its reviewer. ABORTED when
// the row is no longer in the state that was read.
absl::Status AddReleaseStep(pqxx::work& tx, const platform::TenantContext& tenant, ReleaseRow& row,
                            const ReleaseStepRow& step, const platform::AuditEvent& event);

}  // namespace oboro::aggregation

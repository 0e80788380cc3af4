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

// A row of aggregation.releases with what its statistic says of itself.
struct ReleaseRow {
  std::string release_id;
  std::string statistic_id;
  std::string display_name;  // The statistic's.
  std::string tier;          // Likewise: INTERNAL, JOINT or PUBLIC.
  std::string snapshot;      // Likewise.
  ReleaseState state = ReleaseState::kRequested;
  std::string requester;
  std::string author;  // Who made the statistic.
  std::string request_id;
  absl::Time create_time;
  std::vector<ReleaseStepRow> steps;  // Oldest first.
};

// Title, tier, snapshot and author of a statistic, in a row whose other fields are empty. The
// author is who asked for the job that made it. NOT_FOUND when there is none.
absl::StatusOr<ReleaseRow> ReadReleasable(pqxx::work& tx, const platform::TenantContext& tenant,
                                          const std::string& statistic_id);

// The release that a request with this id made, or that is under way for the statistic; empty when
// there is none.
std::string FindReleaseOfRequest(pqxx::work& tx, const platform::TenantContext& tenant,
                                 const std::string& request_id);
std::string FindReleaseUnderWay(pqxx::work& tx, const platform::TenantContext& tenant,
                                const std::string& statistic_id);

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

#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"
#include "services/upload/review/finding_review.h"
#include "services/upload/snapshot_rows.h"

namespace oboro::upload {

// Rows of upload.finding_positions and upload.settlements.

// Where the findings of one rule in one column stand, as the check answers it.
struct PositionsRow {
  std::string rule;
  std::string column;
  std::string severity;  // ERROR or ALERT
  int64_t count = 0;
  std::string positions;  // check/positions.h
};

absl::Status InsertPositions(pqxx::work& tx, const platform::TenantContext& tenant,
                             const std::string& snapshot_id, const std::vector<PositionsRow>& rows);

// Which findings a reader is after.
struct ReviewScope {
  std::string rule;        // Empty: of every rule.
  size_t most = SIZE_MAX;  // Of each rule and column the first so many.
};

// The findings of a snapshot with all decisions so far; nullopt when it was never under review (or
// has no finding of the scope). Memory: 12 bytes a finding of the scope.
absl::StatusOr<std::optional<FindingReview>> ReadReview(pqxx::work& tx,
                                                        const platform::TenantContext& tenant,
                                                        const SnapshotRow& snapshot,
                                                        const ReviewScope& scope = {});

// The newest decision; nullopt when there is none.
absl::StatusOr<std::optional<Decision>> ReadLastDecision(pqxx::work& tx,
                                                         const platform::TenantContext& tenant,
                                                         const SnapshotRow& snapshot);

// Adds a decision that changed `settled` findings, and the counts (all with `stand`) and state that
// it leads to, to a snapshot that is locked and in REVIEW.
absl::Status AddDecision(pqxx::work& tx, const platform::TenantContext& tenant,
                         const SnapshotRow& after, const std::vector<FindingCountRow>& counts,
                         const Decision& decision, int64_t settled, const std::string& actor,
                         const platform::AuditEvent& event, absl::Time now);

}  // namespace oboro::upload

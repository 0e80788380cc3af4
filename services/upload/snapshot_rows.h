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

namespace oboro::upload {

// Rows of upload.snapshots and what hangs on them.
struct SnapshotRow {
  std::string snapshot_id;
  std::string dataset_id;
  std::string reference_date;  // ISO 8601.
  std::string state;           // As the check of its column lists them.
  std::string object_id;
  int64_t committed_bytes = 0;
  int next_part = 0;
  int64_t next_chunk = 0;
  int64_t writer_epoch = 0;
  std::string schema;  // YAML, from the completion on.
  int64_t records = 0;
  int64_t errors = 0;
  int64_t alerts = 0;
  std::string findings_object_id;  // Empty when there is none.
  std::string keyed_digest;        // 32 bytes or empty.
  std::string operation;           // Resource name, empty while open.
  std::string refusal;             // Why, as JobErrorJson writes it; empty unless refused.
  absl::Time create_time;
  std::string profile;        // As KeptProfile writes it; empty for the dataset's own layout.
  int64_t open_findings = 0;  // Under review only.
  int64_t excluded_records = 0;
};

struct PartRow {
  int part = 0;
  int64_t first_chunk = 0;
  int64_t chunks = 0;
  int64_t bytes = 0;  // Plaintext.
};

struct FindingCountRow {
  std::string rule;
  std::string severity;  // ERROR or ALERT
  int64_t count = 0;
  // How they stand; nothing where nothing is to be settled, and in rows older than these columns.
  std::optional<FindingReview::Counts> stand = std::nullopt;
};

enum class Lock { kNone, kForUpdate };

// False when the dataset has a snapshot of this request already (perhaps since a moment).
absl::StatusOr<bool> InsertSnapshot(pqxx::work& tx, const platform::TenantContext& tenant,
                                    const SnapshotRow& row, const std::string& request_id,
                                    const platform::AuditEvent& event);

// NOT_FOUND when there is none in this dataset.
absl::StatusOr<SnapshotRow> ReadSnapshot(pqxx::work& tx, const platform::TenantContext& tenant,
                                         const std::string& dataset_id,
                                         const std::string& snapshot_id, Lock lock);
absl::StatusOr<SnapshotRow> FindSnapshotByRequest(pqxx::work& tx,
                                                  const platform::TenantContext& tenant,
                                                  const std::string& dataset_id,
                                                  const std::string& request_id);
// Newest first.
absl::StatusOr<std::vector<SnapshotRow>> ListSnapshots(pqxx::work& tx,
                                                       const platform::TenantContext& tenant,
                                                       const std::string& dataset_id);
// In the order of the stream.
absl::StatusOr<std::vector<PartRow>> ListParts(pqxx::work& tx,
                                               const platform::TenantContext& tenant,
                                               const std::string& snapshot_id);
absl::StatusOr<std::vector<FindingCountRow>> ListFindingCounts(
    pqxx::work& tx, const platform::TenantContext& tenant, const std::string& snapshot_id);

// Takes the pen: raises writer_epoch, so that every earlier writer's commits fail; answers the new
// epoch. The row must be locked.
absl::StatusOr<int64_t> TakeWriter(pqxx::work& tx, const platform::TenantContext& tenant,
                                   const SnapshotRow& row, const platform::AuditEvent& event,
                                   absl::Time now);

// Reserves a part number for the writer of `epoch`: numbers are never given twice, so that a late
// writer cannot overwrite what its successor has committed. ABORTED, reason WRITER_REPLACED.
absl::StatusOr<int> ReservePart(pqxx::work& tx, const platform::TenantContext& tenant,
                                const std::string& snapshot_id, int64_t epoch);

// Counts a durable part; answers committed_bytes after it. ABORTED when the pen was taken.
absl::StatusOr<int64_t> CommitPart(pqxx::work& tx, const platform::TenantContext& tenant,
                                   const std::string& snapshot_id, int64_t epoch,
                                   const PartRow& part, const platform::AuditEvent& event,
                                   absl::Time now);

// OPEN -> CHECKING with the last part (which carries no bytes and does not move next_chunk).
absl::Status MarkChecking(pqxx::work& tx, const platform::TenantContext& tenant,
                          const std::string& snapshot_id, int64_t epoch, const PartRow& last_part,
                          const std::string& schema, const std::string& operation,
                          const platform::AuditEvent& event, absl::Time now);

// CHECKING -> OPEN, when the check was cancelled or could not be done: the last part is taken off
// again, and everything that was acknowledged is still there.
absl::Status Reopen(pqxx::work& tx, const platform::TenantContext& tenant,
                    const std::string& snapshot_id, const platform::AuditEvent& event,
                    absl::Time now);

// What a check found.
struct CheckOutcome {
  int64_t records = 0;
  int64_t errors = 0;
  int64_t alerts = 0;
  std::vector<FindingCountRow> counts;
  std::string findings_object_id;
  std::string keyed_digest;
  std::string refusal;  // Empty: accepted, or under review.
  bool review = false;  // Findings wait to be settled.
};

// CHECKING -> ACCEPTED, REVIEW or REFUSED.
absl::Status MarkChecked(pqxx::work& tx, const platform::TenantContext& tenant,
                         const std::string& snapshot_id, const CheckOutcome& outcome,
                         const platform::AuditEvent& event, absl::Time now);

// Any state but CHECKING -> DESTROYED; parts are forgotten.
absl::Status MarkDestroyed(pqxx::work& tx, const platform::TenantContext& tenant,
                           const std::string& snapshot_id, const platform::AuditEvent& event,
                           absl::Time now);

// What the sweep of parts looks at: snapshots that take bytes or are being checked.
struct OpenSnapshotRow {
  std::string snapshot_id;
  std::string object_id;
  int next_part = 0;
};
absl::StatusOr<std::vector<OpenSnapshotRow>> ListOpenSnapshots(
    pqxx::work& tx, const platform::TenantContext& tenant);

// Bytes that open and unchecked snapshots hold already, beside tenancy.usage.
absl::StatusOr<int64_t> UnsettledBytes(pqxx::work& tx, const platform::TenantContext& tenant);

}  // namespace oboro::upload

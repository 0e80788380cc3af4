#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::upload {

// The errors that the service tells its callers; every reason is registered in docs/errors.md.

// The dataset belongs to another department than the caller's.
absl::Status NotYourDepartment();
absl::Status DatasetExists(absl::string_view dataset_id);
// `faults` names every fault of a schema with its line.
absl::Status SchemaInvalid(absl::string_view faults);
// `faults` names every column and code of a profile that does not fit the dataset's schema.
absl::Status ProfileInvalid(absl::string_view faults);
absl::Status InvalidField(absl::string_view field, absl::string_view want,
                          absl::string_view want_ja);
// Bytes were sent to, or a completion asked of, a snapshot that is no longer open.
absl::Status SnapshotNotOpen(absl::string_view state);
// The operation that is checking the snapshot must end first.
absl::Status SnapshotBeingChecked();
absl::Status RequestIdReused();
// Values and bytes are gone; the counts stay.
absl::Status SnapshotDestroyed();
// Findings are settled only while the snapshot waits for it.
absl::Status SnapshotNotInReview(absl::string_view state);
// More findings than can be reviewed; a refusal of the check.
absl::Status TooManyFindings();
// A settlement names a rule or records without findings.
absl::Status NoSuchFinding();
// More records excluded, or values made 不明, than a snapshot may have.
absl::Status TooManyMarks(int64_t limit);
absl::Status AllRecordsExcluded();
absl::Status SnapshotNotChecked(absl::string_view state);
// `committed` is where the client has to go on.
absl::Status OffsetMismatch(int64_t got, int64_t committed);
absl::Status ChecksumMismatch(int64_t offset);
absl::Status PieceTooLarge(int64_t bytes, int64_t limit);
// Another call writes this snapshot now.
absl::Status WriterReplaced();
absl::Status LengthMismatch(int64_t total, int64_t committed);
// All places for dry runs are taken.
absl::Status TooManyTries();

}  // namespace oboro::upload

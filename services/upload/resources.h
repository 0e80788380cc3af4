#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/dataset_rows.h"
#include "services/upload/review/finding_review.h"
#include "services/upload/snapshot_rows.h"

// Rows as the resources that callers see.
namespace oboro::upload {

v1::Dataset ToProto(const platform::TenantContext& tenant, const DatasetRow& row);

// What only services may see (object, parts, digest, file format) is left out for people.
v1::Snapshot ToProto(const platform::CallContext& call, const SnapshotRow& row,
                     const std::vector<FindingCountRow>& counts, const std::vector<PartRow>& parts);

// Whether the caller is told each record that is left out and each value that became 不明: when it
// abstracts what was settled.
bool TakesMarks(const platform::CallContext& call, const SnapshotRow& row);

// Adds how the findings of each rule stand, and the marks for who takes them.
void AddReview(const platform::CallContext& call, const FindingReview& review, v1::Snapshot* out);

// OK for services and for members of the department; a member of no department acts for all (small
// towns have one office for everything).
absl::Status CheckDepartment(const platform::CallContext& call, absl::string_view department_id);

// True for YYYY-MM-DD that exists.
bool IsIsoDate(absl::string_view text);

}  // namespace oboro::upload

#include "services/upload/resources.h"

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "services/upload/errors.h"
#include "services/upload/file_format.h"
#include "services/upload/names.h"

namespace oboro::upload {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1000000);
  out->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
}

bool IsAbstraction(const platform::CallContext& call) {
  return call.caller.kind == platform::Caller::Kind::kService &&
         call.caller.subject == "abstraction";
}

v1::SnapshotState StateToProto(absl::string_view state) {
  if (state == "OPEN") return v1::SNAPSHOT_STATE_OPEN;
  if (state == "CHECKING") return v1::SNAPSHOT_STATE_CHECKING;
  if (state == "ACCEPTED") return v1::SNAPSHOT_STATE_ACCEPTED;
  if (state == "REFUSED") return v1::SNAPSHOT_STATE_REFUSED;
  if (state == "REVIEW") return v1::SNAPSHOT_STATE_REVIEW;
  if (state == "RETURNED") return v1::SNAPSHOT_STATE_RETURNED;
  return v1::SNAPSHOT_STATE_DESTROYED;
}

}  // namespace

v1::Dataset ToProto(const platform::TenantContext& tenant, const DatasetRow& row) {
  v1::Dataset out;
  out.set_name(DatasetName(tenant.id(), row.dataset_id));
  out.set_display_name(row.display_name);
  out.set_department(DepartmentName(tenant.id(), row.department_id));
  out.set_schema(row.schema);
  out.set_retain_snapshots(row.retain_snapshots);
  SetTime(row.create_time, out.mutable_create_time());
  out.set_review_findings(row.review_findings);
  return out;
}

v1::Snapshot ToProto(const platform::CallContext& call, const SnapshotRow& row,
                     const std::vector<FindingCountRow>& counts,
                     const std::vector<PartRow>& parts) {
  v1::Snapshot out;
  out.set_name(SnapshotName(call.tenant().id(), row.dataset_id, row.snapshot_id));
  out.set_reference_date(row.reference_date);
  out.set_state(StateToProto(row.state));
  out.set_committed_bytes(row.committed_bytes);
  out.set_records(row.records);
  out.set_errors(row.errors);
  out.set_alerts(row.alerts);
  for (const FindingCountRow& count : counts) {
    v1::FindingCount* added = out.add_finding_counts();
    added->set_rule(count.rule);
    added->set_severity(count.severity == "ERROR" ? v1::SEVERITY_ERROR : v1::SEVERITY_ALERT);
    added->set_count(count.count);
    if (!count.stand.has_value()) continue;
    added->set_open(count.stand->open);
    added->set_accepted(count.stand->accepted);
    added->set_excluded(count.stand->excluded);
    added->set_returned(count.stand->returned);
  }
  SetTime(row.create_time, out.mutable_create_time());
  out.set_operation(row.operation);
  out.set_open_findings(row.open_findings);
  out.set_excluded_records(row.excluded_records);
  out.set_profile(ProfileNameOf(row.profile));
  if (call.caller.kind == platform::Caller::Kind::kService) {
    out.set_object_id(row.object_id);
    out.set_keyed_digest(row.keyed_digest);
    out.set_schema(FileFormatJson(row.schema, row.profile));
    for (const PartRow& part : parts) out.add_object_parts(part.part);
  }
  return out;
}

bool TakesMarks(const platform::CallContext& call, const SnapshotRow& row) {
  return IsAbstraction(call) && row.state == "ACCEPTED";
}

void AddReview(const platform::CallContext& call, const FindingReview& review, v1::Snapshot* out) {
  for (v1::FindingCount& count : *out->mutable_finding_counts()) {
    const FindingReview::Counts counts = review.Count(count.rule());
    count.set_open(counts.open);
    count.set_accepted(counts.accepted);
    count.set_excluded(counts.excluded);
    count.set_returned(counts.returned);
  }
  if (!IsAbstraction(call) || out->state() != v1::SNAPSHOT_STATE_ACCEPTED) return;
  for (const int64_t row : review.ExcludedRows()) out->add_excluded_rows(row);
  for (const auto& [column, rows] : review.UnreadableCells()) {
    v1::UnreadableColumn* added = out->add_unreadable();
    added->set_column(column);
    for (const int64_t row : rows) added->add_rows(row);
  }
}

absl::Status CheckDepartment(const platform::CallContext& call, absl::string_view department_id) {
  if (call.caller.kind == platform::Caller::Kind::kService) return absl::OkStatus();
  if (call.OfDepartment(department_id)) return absl::OkStatus();
  return NotYourDepartment();
}

bool IsIsoDate(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && i != 7 && !absl::ascii_isdigit(text[i])) return false;
  }
  absl::CivilDay day;
  return absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text;
}

}  // namespace oboro::upload

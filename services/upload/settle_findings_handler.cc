#include "services/upload/settle_findings_handler.h"

#include <algorithm>

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/db/usage.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/object_store.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"
#include "services/upload/review_rows.h"

namespace oboro::upload {
namespace {

constexpr size_t kMaxReasonCharacters = 500;
constexpr int kMaxRows = 100000;
// What abstraction is told of in one message: records left out and values that became 不明.
constexpr size_t kMaxMarks = 500000;

size_t Characters(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

absl::StatusOr<Decision> ToDecision(const v1::SettleFindingsRequest& request) {
  Decision decision;
  switch (request.settlement()) {
    case v1::SETTLEMENT_ACCEPTED:
      decision.kind = Decision::Kind::kAccepted;
      break;
    case v1::SETTLEMENT_EXCLUDED:
      decision.kind = Decision::Kind::kExcluded;
      break;
    case v1::SETTLEMENT_RETURNED:
      decision.kind = Decision::Kind::kReturned;
      break;
    default:
      return InvalidField("settlement", "ACCEPTED, EXCLUDED or RETURNED", "承認、除外、差戻し");
  }
  if (request.reason().empty() || Characters(request.reason()) > kMaxReasonCharacters) {
    return InvalidField("reason", "1 to 500 characters saying why, without values of records",
                        "1～500文字の理由（個人の値は書かないこと）");
  }
  if (request.rows_size() > kMaxRows) {
    return InvalidField("rows", "at most 100,000 record numbers; settle by rule instead",
                        "100,000件以下の行番号（それ以上は規則ごと）");
  }
  decision.reason = request.reason();
  decision.rule = request.rule();
  decision.only_open = request.only_open();
  if (request.rows_size() == 0) return decision;
  std::vector<int64_t> rows(request.rows().begin(), request.rows().end());
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  if (rows.front() < 1) return InvalidField("rows", "record numbers from 1", "1以上の行番号");
  decision.rows = std::move(rows);
  return decision;
}

// The row as the decision leaves it.
absl::StatusOr<SnapshotRow> After(const SnapshotRow& before, const FindingReview& review) {
  SnapshotRow after = before;
  const FindingReview::Counts counts = review.Count("");
  const std::vector<int64_t> excluded = review.ExcludedRows();
  size_t marks = excluded.size();
  for (const auto& [column, rows] : review.UnreadableCells()) marks += rows.size();
  if (marks > kMaxMarks) return TooManyMarks(static_cast<int64_t>(kMaxMarks));
  after.open_findings = counts.open;
  after.excluded_records = static_cast<int64_t>(excluded.size());
  if (counts.open > 0) return after;
  after.state = counts.returned > 0 ? "RETURNED" : "ACCEPTED";
  if (after.state == "ACCEPTED" && after.excluded_records == after.records) {
    return AllRecordsExcluded();
  }
  return after;
}

// Keys and usage follow the state.
absl::Status FollowState(pqxx::work& tx, const platform::CallContext& call, const SnapshotRow& row,
                         absl::Time now) {
  if (row.state == "REVIEW") return absl::OkStatus();
  const bool accepted = row.state == "ACCEPTED";
  RETURN_IF_ERROR(platform::AppendAudit(
      tx, call.tenant(),
      call.Event(accepted ? "ACCEPT_SNAPSHOT" : "RETURN_SNAPSHOT",
                 SnapshotName(call.tenant().id(), row.dataset_id, row.snapshot_id),
                 {{"records", row.records},
                  {"errors", row.errors},
                  {"alerts", row.alerts},
                  {"excluded_records", row.excluded_records}}),
      now));
  if (!accepted) return platform::DestroyDataKey(tx, call.tenant(), row.object_id);
  RETURN_IF_ERROR(platform::MarkDataKeyLive(tx, call.tenant(), row.object_id, row.committed_bytes));
  return platform::AddUsage(tx, call.tenant(), {0, row.records, 0});
}

struct Settled {
  SnapshotRow row;
  int64_t settled = 0;
  std::vector<FindingCountRow> counts;
  std::optional<FindingReview> review;
};

absl::StatusOr<Settled> Settle(pqxx::work& tx, const platform::CallContext& call, const Ids& ids,
                               const Decision& decision, absl::Time now) {
  Settled out;
  ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
  RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
  ASSIGN_OR_RETURN(out.row,
                   ReadSnapshot(tx, call.tenant(), ids.dataset, ids.snapshot, Lock::kForUpdate));
  ASSIGN_OR_RETURN(out.counts, ListFindingCounts(tx, call.tenant(), ids.snapshot));
  ASSIGN_OR_RETURN(out.review, ReadReview(tx, call.tenant(), out.row));
  if (out.row.state != "REVIEW") {
    ASSIGN_OR_RETURN(const std::optional<Decision> last,
                     ReadLastDecision(tx, call.tenant(), out.row));
    const bool repeated = last == decision && out.row.state != "DESTROYED";
    if (!repeated) return SnapshotNotInReview(out.row.state);
    return out;
  }
  if (!out.review.has_value()) return absl::DataLossError("a review without positions");
  if (!out.review->Concerns(decision)) return NoSuchFinding();
  out.settled = out.review->Apply(decision);
  if (out.settled == 0) return out;
  ASSIGN_OR_RETURN(out.row, After(out.row, *out.review));
  for (FindingCountRow& count : out.counts) count.stand = out.review->Count(count.rule);
  RETURN_IF_ERROR(AddDecision(
      tx, call.tenant(), out.row, out.counts, decision, out.settled, call.caller.actor(),
      call.Event("SETTLE_FINDINGS", SnapshotName(call.tenant().id(), ids.dataset, ids.snapshot),
                 {{"settlement", DecisionWord(decision.kind)},
                  {"rule", decision.rule},
                  {"rows", decision.rows.has_value() ? decision.rows->size() : 0},
                  {"only_open", decision.only_open},
                  {"settled", out.settled},
                  {"open", out.row.open_findings}}),
      now));
  RETURN_IF_ERROR(FollowState(tx, call, out.row, now));
  return out;
}

}  // namespace

absl::StatusOr<v1::SettleFindingsResponse> SettleFindingsHandler::Handle(
    const platform::CallContext& call, const v1::SettleFindingsRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(request.name()));
  ASSIGN_OR_RETURN(const Decision decision, ToDecision(request));
  const absl::Time now = deps_.clock->Now();
  auto settled = deps_.db->RunTx(call.tenant(), "settle_findings", [&](pqxx::work& tx) {
    return Settle(tx, call, ids, decision, now);
  });
  if (!settled.ok()) return settled.status();
  // Without its key the ciphertext is noise; what a crash leaves here, the sweep removes.
  if (settled->row.state == "RETURNED" && settled->settled > 0) {
    RETURN_IF_ERROR(deps_.objects->Remove(call.tenant(), settled->row.object_id));
    RETURN_IF_ERROR(deps_.db->RunTx(call.tenant(), "settle_forget", [&](pqxx::work& tx) {
      return platform::ForgetDataKey(tx, call.tenant(), settled->row.object_id);
    }));
  }
  v1::SettleFindingsResponse response;
  *response.mutable_snapshot() = ToProto(call, settled->row, settled->counts, {});
  if (settled->review.has_value()) AddReview(call, *settled->review, response.mutable_snapshot());
  response.set_settled(settled->settled);
  return response;
}

}  // namespace oboro::upload

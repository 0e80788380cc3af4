#include "services/upload/get_snapshot_handler.h"

#include <algorithm>

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"
#include "services/upload/review_rows.h"

namespace oboro::upload {
namespace {

// Not of a snapshot that is under no review, which has no findings to read either, nor of one that
// was settled before totals were kept.
bool HaveTotals(const std::vector<FindingCountRow>& counts) {
  return std::all_of(counts.begin(), counts.end(),
                     [](const FindingCountRow& count) { return count.stand.has_value(); });
}

}  // namespace

absl::StatusOr<v1::GetSnapshotResponse> GetSnapshotHandler::Handle(
    const platform::CallContext& call, const v1::GetSnapshotRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(request.name()));
  return deps_.db->RunTx(
      call.tenant(), "get_snapshot",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::GetSnapshotResponse> {
        ASSIGN_OR_RETURN(const SnapshotRow row,
                         ReadSnapshot(tx, call.tenant(), ids.dataset, ids.snapshot, Lock::kNone));
        ASSIGN_OR_RETURN(const std::vector<FindingCountRow> counts,
                         ListFindingCounts(tx, call.tenant(), ids.snapshot));
        ASSIGN_OR_RETURN(const std::vector<PartRow> parts,
                         ListParts(tx, call.tenant(), ids.snapshot));
        v1::GetSnapshotResponse response;
        *response.mutable_snapshot() = ToProto(call, row, counts, parts);
        // Totals are rows of their own: only who leaves records out must see every finding.
        if (!TakesMarks(call, row) && HaveTotals(counts)) return response;
        ASSIGN_OR_RETURN(const std::optional<FindingReview> review,
                         ReadReview(tx, call.tenant(), row));
        if (review.has_value()) AddReview(call, *review, response.mutable_snapshot());
        return response;
      });
}

}  // namespace oboro::upload

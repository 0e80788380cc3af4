#include "services/upload/get_snapshot_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"
#include "services/upload/review_rows.h"

namespace oboro::upload {

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
        ASSIGN_OR_RETURN(const std::optional<FindingReview> review,
                         ReadReview(tx, call.tenant(), row));
        if (review.has_value()) AddReview(call, *review, response.mutable_snapshot());
        return response;
      });
}

}  // namespace oboro::upload

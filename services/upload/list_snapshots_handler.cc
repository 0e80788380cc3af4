#include "services/upload/list_snapshots_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::ListSnapshotsResponse> ListSnapshotsHandler::Handle(
    const platform::CallContext& call, const v1::ListSnapshotsRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.parent()));
  return deps_.db->RunTx(call.tenant(), "list_snapshots",
                         [&](pqxx::work& tx) -> absl::StatusOr<v1::ListSnapshotsResponse> {
                           RETURN_IF_ERROR(ReadDataset(tx, call.tenant(), ids.dataset).status());
                           ASSIGN_OR_RETURN(const std::vector<SnapshotRow> rows,
                                            ListSnapshots(tx, call.tenant(), ids.dataset));
                           v1::ListSnapshotsResponse response;
                           for (const SnapshotRow& row : rows) {
                             ASSIGN_OR_RETURN(
                                 const std::vector<FindingCountRow> counts,
                                 ListFindingCounts(tx, call.tenant(), row.snapshot_id));
                             *response.add_snapshots() = ToProto(call, row, counts, {});
                           }
                           return response;
                         });
}

}  // namespace oboro::upload

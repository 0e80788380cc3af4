#include "services/aggregation/read_statistic_handler.h"

#include "services/aggregation/resources.h"
#include "services/aggregation/stored_table.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr int kCellsPerMessage = 2000;

v1::CellStatus Status(const StoredCell& cell, bool kinds) {
  if (cell.status == "VALUE") return v1::CELL_STATUS_VALUE;
  if (!kinds) return v1::CELL_STATUS_SUPPRESSED;
  return cell.status == "SUPPRESSED_PRIMARY" ? v1::CELL_STATUS_SUPPRESSED_PRIMARY
                                             : v1::CELL_STATUS_SUPPRESSED_SECONDARY;
}

}  // namespace

absl::Status ReadStatisticHandler::Handle(const platform::CallContext& call,
                                          const v1::ReadStatisticRequest& request,
                                          const Write& write) {
  ASSIGN_OR_RETURN(const OpenedStatistic opened,
                   OpenStatistic(deps_, call, request.name(), "READ_STATISTIC"));
  ASSIGN_OR_RETURN(const std::vector<StoredCell> cells, LoadCells(deps_, call.tenant(), opened));
  const bool kinds = SeesSuppressionKinds(call);
  v1::ReadStatisticResponse response;
  for (const StoredCell& cell : cells) {
    v1::Cell* out = response.add_cells();
    for (const int32_t member : cell.members) out->add_members(member);
    out->set_status(Status(cell, kinds));
    if (cell.value) out->set_value(*cell.value);
    if (response.cells_size() < kCellsPerMessage) continue;
    if (!write(response)) return absl::CancelledError("the reader has gone");
    response.Clear();
  }
  if (response.cells_size() > 0) write(response);
  return absl::OkStatus();
}

}  // namespace oboro::aggregation

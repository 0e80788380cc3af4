#include "services/aggregation/get_statistic_handler.h"

#include "services/aggregation/resources.h"
#include "services/aggregation/stored_table.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {

absl::StatusOr<v1::GetStatisticResponse> GetStatisticHandler::Handle(
    const platform::CallContext& call, const v1::GetStatisticRequest& request) {
  ASSIGN_OR_RETURN(const OpenedStatistic opened,
                   OpenStatistic(deps_, call, request.name(), "GET_STATISTIC"));
  v1::GetStatisticResponse response;
  *response.mutable_statistic() = ToProto(call, opened.row, &opened.detail);
  return response;
}

}  // namespace oboro::aggregation

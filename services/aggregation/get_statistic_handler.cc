#include "services/aggregation/get_statistic_handler.h"

#include "services/aggregation/names.h"
#include "services/aggregation/resources.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::aggregation {

absl::StatusOr<v1::GetStatisticResponse> GetStatisticHandler::Handle(
    const platform::CallContext& call, const v1::GetStatisticRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseStatisticName(request.name()));
  const absl::Time now = deps_.clock->Now();
  ASSIGN_OR_RETURN(const StatisticRow row,
                   deps_.db->RunTx(call.tenant(), "get_statistic", [&](pqxx::work& tx) {
                     return ReadStatistic(tx, call.tenant(), id,
                                          call.Event("GET_STATISTIC", request.name()), now);
                   }));
  v1::GetStatisticResponse response;
  *response.mutable_statistic() = ToProto(call, row, /*with_members=*/true);
  return response;
}

}  // namespace oboro::aggregation

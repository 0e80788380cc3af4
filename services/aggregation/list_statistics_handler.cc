#include "services/aggregation/list_statistics_handler.h"

#include "services/aggregation/resources.h"
#include "services/aggregation/statistic_rows.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::aggregation {

absl::StatusOr<v1::ListStatisticsResponse> ListStatisticsHandler::Handle(
    const platform::CallContext& call, const v1::ListStatisticsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<StatisticRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_statistics", [&](pqxx::work& tx) {
                     return ListStatistics(tx, call.tenant());
                   }));
  v1::ListStatisticsResponse response;
  for (const StatisticRow& row : rows) {
    *response.add_statistics() = ToProto(call, row, /*detail=*/nullptr);
  }
  return response;
}

}  // namespace oboro::aggregation

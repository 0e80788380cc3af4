#pragma once

#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/aggregation/create_statistic_handler.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/export_statistic_handler.h"
#include "services/aggregation/get_statistic_handler.h"
#include "services/aggregation/list_statistics_handler.h"
#include "services/aggregation/read_statistic_handler.h"
#include "services/platform/rpc/adapter.h"

namespace oboro::aggregation {

// The RPC surface: every method passes the adapter, then its handler.
class StatisticService final : public v1::StatisticService::Service {
 public:
  StatisticService(platform::Adapter* adapter, const Deps& deps);

  grpc::Status CreateStatistic(grpc::ServerContext* context,
                               const v1::CreateStatisticRequest* request,
                               v1::CreateStatisticResponse* response) override;
  grpc::Status GetStatistic(grpc::ServerContext* context, const v1::GetStatisticRequest* request,
                            v1::GetStatisticResponse* response) override;
  grpc::Status ListStatistics(grpc::ServerContext* context,
                              const v1::ListStatisticsRequest* request,
                              v1::ListStatisticsResponse* response) override;
  grpc::Status ReadStatistic(grpc::ServerContext* context, const v1::ReadStatisticRequest* request,
                             grpc::ServerWriter<v1::ReadStatisticResponse>* writer) override;
  grpc::Status ExportStatistic(grpc::ServerContext* context,
                               const v1::ExportStatisticRequest* request,
                               grpc::ServerWriter<v1::ExportStatisticResponse>* writer) override;

 private:
  platform::Adapter& adapter_;
  CreateStatisticHandler create_;
  GetStatisticHandler get_;
  ListStatisticsHandler list_;
  ReadStatisticHandler read_;
  ExportStatisticHandler export_;
};

}  // namespace oboro::aggregation

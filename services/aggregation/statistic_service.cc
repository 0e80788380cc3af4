#include "services/aggregation/statistic_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::aggregation {

using platform::CallContext;

StatisticService::StatisticService(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter), create_(deps), get_(deps), list_(deps), read_(deps), export_(deps) {}

grpc::Status StatisticService::CreateStatistic(grpc::ServerContext* context,
                                               const v1::CreateStatisticRequest* request,
                                               v1::CreateStatisticResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return create_.Handle(call, message);
                               });
}

grpc::Status StatisticService::GetStatistic(grpc::ServerContext* context,
                                            const v1::GetStatisticRequest* request,
                                            v1::GetStatisticResponse* response) {
  return platform::HandleUnary(
      adapter_, context, *request, response,
      [this](const CallContext& call, const auto& message) { return get_.Handle(call, message); });
}

grpc::Status StatisticService::ListStatistics(grpc::ServerContext* context,
                                              const v1::ListStatisticsRequest* request,
                                              v1::ListStatisticsResponse* response) {
  return platform::HandleUnary(
      adapter_, context, *request, response,
      [this](const CallContext& call, const auto& message) { return list_.Handle(call, message); });
}

grpc::Status StatisticService::ReadStatistic(
    grpc::ServerContext* context, const v1::ReadStatisticRequest* request,
    grpc::ServerWriter<v1::ReadStatisticResponse>* writer) {
  return platform::HandleServerStream(
      adapter_, context, *request, writer,
      [this](const CallContext& call, const auto& message, const auto& write) {
        return read_.Handle(call, message, write);
      });
}

grpc::Status StatisticService::ExportStatistic(
    grpc::ServerContext* context, const v1::ExportStatisticRequest* request,
    grpc::ServerWriter<v1::ExportStatisticResponse>* writer) {
  return platform::HandleServerStream(
      adapter_, context, *request, writer,
      [this](const CallContext& call, const auto& message, const auto& write) {
        return export_.Handle(call, message, write);
      });
}

}  // namespace oboro::aggregation

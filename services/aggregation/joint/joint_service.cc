#include "services/aggregation/joint/joint_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::aggregation {

using platform::HandleUnary;

JointService::JointService(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      propose_(deps),
      consent_(deps),
      decline_(deps),
      withdraw_(deps),
      make_(deps),
      get_(deps),
      list_(deps),
      read_(deps) {}

grpc::Status JointService::ProposeJointStatistic(grpc::ServerContext* context,
                                                 const v1::ProposeJointStatisticRequest* request,
                                                 v1::ProposeJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, propose_);
}

grpc::Status JointService::ConsentJointStatistic(grpc::ServerContext* context,
                                                 const v1::ConsentJointStatisticRequest* request,
                                                 v1::ConsentJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, consent_);
}

grpc::Status JointService::DeclineJointStatistic(grpc::ServerContext* context,
                                                 const v1::DeclineJointStatisticRequest* request,
                                                 v1::DeclineJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, decline_);
}

grpc::Status JointService::WithdrawJointStatistic(grpc::ServerContext* context,
                                                  const v1::WithdrawJointStatisticRequest* request,
                                                  v1::WithdrawJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, withdraw_);
}

grpc::Status JointService::MakeJointStatistic(grpc::ServerContext* context,
                                              const v1::MakeJointStatisticRequest* request,
                                              v1::MakeJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, make_);
}

grpc::Status JointService::GetJointStatistic(grpc::ServerContext* context,
                                             const v1::GetJointStatisticRequest* request,
                                             v1::GetJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, get_);
}

grpc::Status JointService::ListJointStatistics(grpc::ServerContext* context,
                                               const v1::ListJointStatisticsRequest* request,
                                               v1::ListJointStatisticsResponse* response) {
  return HandleUnary(adapter_, context, *request, response, list_);
}

grpc::Status JointService::ReadJointStatistic(grpc::ServerContext* context,
                                              const v1::ReadJointStatisticRequest* request,
                                              v1::ReadJointStatisticResponse* response) {
  return HandleUnary(adapter_, context, *request, response, read_);
}

}  // namespace oboro::aggregation

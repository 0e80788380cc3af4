#pragma once

#include "oboro/aggregation/v1/joint.grpc.pb.h"
#include "services/aggregation/joint/joint_handlers.h"
#include "services/platform/rpc/adapter.h"

namespace oboro::aggregation {

// The RPC surface: every method passes the adapter, then its handler.
class JointService final : public v1::JointService::Service {
 public:
  JointService(platform::Adapter* adapter, const Deps& deps);

  grpc::Status ProposeJointStatistic(grpc::ServerContext* context,
                                     const v1::ProposeJointStatisticRequest* request,
                                     v1::ProposeJointStatisticResponse* response) override;
  grpc::Status ConsentJointStatistic(grpc::ServerContext* context,
                                     const v1::ConsentJointStatisticRequest* request,
                                     v1::ConsentJointStatisticResponse* response) override;
  grpc::Status DeclineJointStatistic(grpc::ServerContext* context,
                                     const v1::DeclineJointStatisticRequest* request,
                                     v1::DeclineJointStatisticResponse* response) override;
  grpc::Status WithdrawJointStatistic(grpc::ServerContext* context,
                                      const v1::WithdrawJointStatisticRequest* request,
                                      v1::WithdrawJointStatisticResponse* response) override;
  grpc::Status MakeJointStatistic(grpc::ServerContext* context,
                                  const v1::MakeJointStatisticRequest* request,
                                  v1::MakeJointStatisticResponse* response) override;
  grpc::Status GetJointStatistic(grpc::ServerContext* context,
                                 const v1::GetJointStatisticRequest* request,
                                 v1::GetJointStatisticResponse* response) override;
  grpc::Status ListJointStatistics(grpc::ServerContext* context,
                                   const v1::ListJointStatisticsRequest* request,
                                   v1::ListJointStatisticsResponse* response) override;
  grpc::Status ReadJointStatistic(grpc::ServerContext* context,
                                  const v1::ReadJointStatisticRequest* request,
                                  v1::ReadJointStatisticResponse* response) override;

 private:
  platform::Adapter& adapter_;
  ProposeJointHandler propose_;
  ConsentJointHandler consent_;
  DeclineJointHandler decline_;
  WithdrawJointHandler withdraw_;
  MakeJointHandler make_;
  GetJointHandler get_;
  ListJointsHandler list_;
  ReadJointHandler read_;
};

}  // namespace oboro::aggregation

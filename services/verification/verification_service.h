#pragma once

#include <grpcpp/grpcpp.h>

#include "oboro/verification/v1/verification.grpc.pb.h"
#include "services/platform/rpc/adapter.h"
#include "services/verification/get_verdict_handler.h"
#include "services/verification/list_verdicts_handler.h"
#include "services/verification/verify_abstraction_handler.h"

namespace oboro::verification {

// oboro.verification.v1.VerificationService: each call through the adapter to its handler.
class VerificationServiceImpl final : public v1::VerificationService::Service {
 public:
  VerificationServiceImpl(platform::Adapter* adapter, const Deps& deps);

  grpc::Status VerifyAbstraction(grpc::ServerContext* context,
                                 const v1::VerifyAbstractionRequest* request,
                                 v1::VerifyAbstractionResponse* response) override;
  grpc::Status GetVerdict(grpc::ServerContext* context, const v1::GetVerdictRequest* request,
                          v1::GetVerdictResponse* response) override;
  grpc::Status ListVerdicts(grpc::ServerContext* context, const v1::ListVerdictsRequest* request,
                            v1::ListVerdictsResponse* response) override;

 private:
  platform::Adapter& adapter_;
  VerifyAbstractionHandler verify_abstraction_;
  GetVerdictHandler get_verdict_;
  ListVerdictsHandler list_verdicts_;
};

}  // namespace oboro::verification

#include "services/verification/verification_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::verification {

using platform::CallContext;

VerificationServiceImpl::VerificationServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter), verify_abstraction_(deps), get_verdict_(deps), list_verdicts_(deps) {}

grpc::Status VerificationServiceImpl::VerifyAbstraction(grpc::ServerContext* context,
                                                        const v1::VerifyAbstractionRequest* request,
                                                        v1::VerifyAbstractionResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return verify_abstraction_.Handle(call, message);
                               });
}

grpc::Status VerificationServiceImpl::GetVerdict(grpc::ServerContext* context,
                                                 const v1::GetVerdictRequest* request,
                                                 v1::GetVerdictResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return get_verdict_.Handle(call, message);
                               });
}

grpc::Status VerificationServiceImpl::ListVerdicts(grpc::ServerContext* context,
                                                   const v1::ListVerdictsRequest* request,
                                                   v1::ListVerdictsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_verdicts_.Handle(call, message);
                               });
}

}  // namespace oboro::verification

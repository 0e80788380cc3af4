#include "services/abstraction/abstraction_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::abstraction {

using platform::CallContext;

AbstractionServiceImpl::AbstractionServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      create_abstraction_(deps),
      get_abstraction_(deps),
      list_abstractions_(deps) {}

grpc::Status AbstractionServiceImpl::CreateAbstraction(grpc::ServerContext* context,
                                                       const v1::CreateAbstractionRequest* request,
                                                       v1::CreateAbstractionResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return create_abstraction_.Handle(call, message);
                               });
}

grpc::Status AbstractionServiceImpl::GetAbstraction(grpc::ServerContext* context,
                                                    const v1::GetAbstractionRequest* request,
                                                    v1::GetAbstractionResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return get_abstraction_.Handle(call, message);
                               });
}

grpc::Status AbstractionServiceImpl::ListAbstractions(grpc::ServerContext* context,
                                                      const v1::ListAbstractionsRequest* request,
                                                      v1::ListAbstractionsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_abstractions_.Handle(call, message);
                               });
}

}  // namespace oboro::abstraction

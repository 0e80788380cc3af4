#pragma once

#include <grpcpp/grpcpp.h>

#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "services/abstraction/create_abstraction_handler.h"
#include "services/abstraction/get_abstraction_handler.h"
#include "services/abstraction/list_abstractions_handler.h"
#include "services/platform/rpc/adapter.h"

namespace oboro::abstraction {

// oboro.abstraction.v1.AbstractionService: each call through the adapter to its handler.
class AbstractionServiceImpl final : public v1::AbstractionService::Service {
 public:
  AbstractionServiceImpl(platform::Adapter* adapter, const Deps& deps);

  grpc::Status CreateAbstraction(grpc::ServerContext* context,
                                 const v1::CreateAbstractionRequest* request,
                                 v1::CreateAbstractionResponse* response) override;
  grpc::Status GetAbstraction(grpc::ServerContext* context,
                              const v1::GetAbstractionRequest* request,
                              v1::GetAbstractionResponse* response) override;
  grpc::Status ListAbstractions(grpc::ServerContext* context,
                                const v1::ListAbstractionsRequest* request,
                                v1::ListAbstractionsResponse* response) override;

 private:
  platform::Adapter& adapter_;
  CreateAbstractionHandler create_abstraction_;
  GetAbstractionHandler get_abstraction_;
  ListAbstractionsHandler list_abstractions_;
};

}  // namespace oboro::abstraction

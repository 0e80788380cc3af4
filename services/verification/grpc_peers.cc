#include "services/verification/grpc_peers.h"

#include <utility>

#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/client_call.h"

namespace oboro::verification {

absl::StatusOr<abstraction::v1::Abstraction> GrpcPeers::GetAbstraction(const std::string& name) {
  const auto stub = abstraction::v1::AbstractionService::NewStub(channels_->Channel("abstraction"));
  abstraction::v1::GetAbstractionRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(abstraction::v1::GetAbstractionResponse response,
                   platform::CallUnary(
                       *stub, &abstraction::v1::AbstractionService::Stub::GetAbstraction, request));
  return std::move(*response.mutable_abstraction());
}

absl::StatusOr<tenancy::v1::Policy> GrpcPeers::GetPolicy(const std::string& name, int version) {
  const auto stub = tenancy::v1::PolicyService::NewStub(channels_->Channel("tenancy"));
  tenancy::v1::GetPolicyRequest request;
  request.set_name(name);
  request.set_version(version);
  ASSIGN_OR_RETURN(
      tenancy::v1::GetPolicyResponse response,
      platform::CallUnary(*stub, &tenancy::v1::PolicyService::Stub::GetPolicy, request));
  return std::move(*response.mutable_policy());
}

}  // namespace oboro::verification

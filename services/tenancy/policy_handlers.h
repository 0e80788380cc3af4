#pragma once

#include "absl/status/statusor.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// One class for each RPC of PolicyService and KeyService.

class CreatePolicyHandler {
 public:
  explicit CreatePolicyHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreatePolicyResponse> operator()(const platform::CallContext& call,
                                                      const v1::CreatePolicyRequest& request);

 private:
  const Deps deps_;
};

class GetPolicyHandler {
 public:
  explicit GetPolicyHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetPolicyResponse> operator()(const platform::CallContext& call,
                                                   const v1::GetPolicyRequest& request);

 private:
  const Deps deps_;
};

class ListPoliciesHandler {
 public:
  explicit ListPoliciesHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListPoliciesResponse> operator()(const platform::CallContext& call,
                                                      const v1::ListPoliciesRequest& request);

 private:
  const Deps deps_;
};

class RotateKeysHandler {
 public:
  explicit RotateKeysHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::RotateKeysResponse> operator()(const platform::CallContext& call,
                                                    const v1::RotateKeysRequest& request);

 private:
  const Deps deps_;
};

class ListKeysHandler {
 public:
  explicit ListKeysHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListKeysResponse> operator()(const platform::CallContext& call,
                                                  const v1::ListKeysRequest& request);

 private:
  const Deps deps_;
};

class ListPolicyVersionsHandler {
 public:
  explicit ListPolicyVersionsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListPolicyVersionsResponse> operator()(
      const platform::CallContext& call, const v1::ListPolicyVersionsRequest& request);

 private:
  const Deps deps_;
};

}  // namespace oboro::tenancy

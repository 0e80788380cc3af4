#pragma once

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// One class for each RPC of ReleaseService; who may and why stands in docs/releases.md.

class RequestReleaseHandler {
 public:
  explicit RequestReleaseHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::RequestReleaseResponse> operator()(const platform::CallContext& call,
                                                        const v1::RequestReleaseRequest& request);

 private:
  const Deps& deps_;
};

class ReviewReleaseHandler {
 public:
  explicit ReviewReleaseHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ReviewReleaseResponse> operator()(const platform::CallContext& call,
                                                       const v1::ReviewReleaseRequest& request);

 private:
  const Deps& deps_;
};

class PublishReleaseHandler {
 public:
  explicit PublishReleaseHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::PublishReleaseResponse> operator()(const platform::CallContext& call,
                                                        const v1::PublishReleaseRequest& request);

 private:
  const Deps& deps_;
};

class WithdrawReleaseHandler {
 public:
  explicit WithdrawReleaseHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::WithdrawReleaseResponse> operator()(const platform::CallContext& call,
                                                         const v1::WithdrawReleaseRequest& request);

 private:
  const Deps& deps_;
};

class GetReleaseHandler {
 public:
  explicit GetReleaseHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetReleaseResponse> operator()(const platform::CallContext& call,
                                                    const v1::GetReleaseRequest& request);

 private:
  const Deps& deps_;
};

class ListReleasesHandler {
 public:
  explicit ListReleasesHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListReleasesResponse> operator()(const platform::CallContext& call,
                                                      const v1::ListReleasesRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation

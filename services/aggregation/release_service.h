#pragma once

#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/aggregation/release_handlers.h"
#include "services/platform/rpc/adapter.h"

namespace oboro::aggregation {

// The RPC surface: every method passes the adapter, then its handler.
class ReleaseService final : public v1::ReleaseService::Service {
 public:
  ReleaseService(platform::Adapter* adapter, const Deps& deps);

  grpc::Status RequestRelease(grpc::ServerContext* context,
                              const v1::RequestReleaseRequest* request,
                              v1::RequestReleaseResponse* response) override;
  grpc::Status ReviewRelease(grpc::ServerContext* context, const v1::ReviewReleaseRequest* request,
                             v1::ReviewReleaseResponse* response) override;
  grpc::Status PublishRelease(grpc::ServerContext* context,
                              const v1::PublishReleaseRequest* request,
                              v1::PublishReleaseResponse* response) override;
  grpc::Status WithdrawRelease(grpc::ServerContext* context,
                               const v1::WithdrawReleaseRequest* request,
                               v1::WithdrawReleaseResponse* response) override;
  grpc::Status GetRelease(grpc::ServerContext* context, const v1::GetReleaseRequest* request,
                          v1::GetReleaseResponse* response) override;
  grpc::Status ListReleases(grpc::ServerContext* context, const v1::ListReleasesRequest* request,
                            v1::ListReleasesResponse* response) override;

 private:
  platform::Adapter& adapter_;
  RequestReleaseHandler request_release_;
  ReviewReleaseHandler review_release_;
  PublishReleaseHandler publish_release_;
  WithdrawReleaseHandler withdraw_release_;
  GetReleaseHandler get_release_;
  ListReleasesHandler list_releases_;
};

}  // namespace oboro::aggregation

#include "services/aggregation/release_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::aggregation {

using platform::HandleUnary;

ReleaseService::ReleaseService(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      request_release_(deps),
      review_release_(deps),
      publish_release_(deps),
      withdraw_release_(deps),
      get_release_(deps),
      list_releases_(deps) {}

grpc::Status ReleaseService::RequestRelease(grpc::ServerContext* context,
                                            const v1::RequestReleaseRequest* request,
                                            v1::RequestReleaseResponse* response) {
  return HandleUnary(adapter_, context, *request, response, request_release_);
}

grpc::Status ReleaseService::ReviewRelease(grpc::ServerContext* context,
                                           const v1::ReviewReleaseRequest* request,
                                           v1::ReviewReleaseResponse* response) {
  return HandleUnary(adapter_, context, *request, response, review_release_);
}

grpc::Status ReleaseService::PublishRelease(grpc::ServerContext* context,
                                            const v1::PublishReleaseRequest* request,
                                            v1::PublishReleaseResponse* response) {
  return HandleUnary(adapter_, context, *request, response, publish_release_);
}

grpc::Status ReleaseService::WithdrawRelease(grpc::ServerContext* context,
                                             const v1::WithdrawReleaseRequest* request,
                                             v1::WithdrawReleaseResponse* response) {
  return HandleUnary(adapter_, context, *request, response, withdraw_release_);
}

grpc::Status ReleaseService::GetRelease(grpc::ServerContext* context,
                                        const v1::GetReleaseRequest* request,
                                        v1::GetReleaseResponse* response) {
  return HandleUnary(adapter_, context, *request, response, get_release_);
}

grpc::Status ReleaseService::ListReleases(grpc::ServerContext* context,
                                          const v1::ListReleasesRequest* request,
                                          v1::ListReleasesResponse* response) {
  return HandleUnary(adapter_, context, *request, response, list_releases_);
}

}  // namespace oboro::aggregation

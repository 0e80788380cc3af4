#include "services/upload/profile_service.h"

#include <utility>

#include "services/platform/rpc/handler.h"

namespace oboro::upload {

using platform::CallContext;

ProfileServiceImpl::ProfileServiceImpl(platform::Adapter* adapter, const Deps& deps,
                                       CheckJob::RunChildFn run_child)
    : adapter_(*adapter),
      save_profile_(deps),
      list_profiles_(deps),
      delete_profile_(deps),
      try_file_(deps, std::move(run_child)) {}

grpc::Status ProfileServiceImpl::SaveProfile(grpc::ServerContext* context,
                                             const v1::SaveProfileRequest* request,
                                             v1::SaveProfileResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return save_profile_.Handle(call, message);
                               });
}

grpc::Status ProfileServiceImpl::ListProfiles(grpc::ServerContext* context,
                                              const v1::ListProfilesRequest* request,
                                              v1::ListProfilesResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_profiles_.Handle(call, message);
                               });
}

grpc::Status ProfileServiceImpl::DeleteProfile(grpc::ServerContext* context,
                                               const v1::DeleteProfileRequest* request,
                                               v1::DeleteProfileResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return delete_profile_.Handle(call, message);
                               });
}

grpc::Status ProfileServiceImpl::TryFile(grpc::ServerContext* context,
                                         const v1::TryFileRequest* request,
                                         v1::TryFileResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return try_file_.Handle(call, message);
                               });
}

}  // namespace oboro::upload

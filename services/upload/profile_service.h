#pragma once

#include <grpcpp/grpcpp.h>

#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/rpc/adapter.h"
#include "services/upload/delete_profile_handler.h"
#include "services/upload/list_profiles_handler.h"
#include "services/upload/save_profile_handler.h"
#include "services/upload/try_file_handler.h"

namespace oboro::upload {

// oboro.upload.v1.ProfileService: each call through the adapter to its handler.
class ProfileServiceImpl final : public v1::ProfileService::Service {
 public:
  ProfileServiceImpl(platform::Adapter* adapter, const Deps& deps, CheckJob::RunChildFn run_child);

  grpc::Status SaveProfile(grpc::ServerContext* context, const v1::SaveProfileRequest* request,
                           v1::SaveProfileResponse* response) override;
  grpc::Status ListProfiles(grpc::ServerContext* context, const v1::ListProfilesRequest* request,
                            v1::ListProfilesResponse* response) override;
  grpc::Status DeleteProfile(grpc::ServerContext* context, const v1::DeleteProfileRequest* request,
                             v1::DeleteProfileResponse* response) override;
  grpc::Status TryFile(grpc::ServerContext* context, const v1::TryFileRequest* request,
                       v1::TryFileResponse* response) override;

 private:
  platform::Adapter& adapter_;
  SaveProfileHandler save_profile_;
  ListProfilesHandler list_profiles_;
  DeleteProfileHandler delete_profile_;
  TryFileHandler try_file_;
};

}  // namespace oboro::upload

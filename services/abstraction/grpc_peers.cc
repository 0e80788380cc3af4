#include "services/abstraction/grpc_peers.h"

#include <utility>

#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/client_call.h"

namespace oboro::abstraction {

absl::StatusOr<upload::v1::Snapshot> GrpcPeers::GetSnapshot(const std::string& name) {
  const auto stub = upload::v1::SnapshotService::NewStub(channels_->Channel("upload"));
  upload::v1::GetSnapshotRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      upload::v1::GetSnapshotResponse response,
      platform::CallUnary(*stub, &upload::v1::SnapshotService::Stub::GetSnapshot, request));
  return std::move(*response.mutable_snapshot());
}

absl::StatusOr<upload::v1::Dataset> GrpcPeers::GetDataset(const std::string& name) {
  const auto stub = upload::v1::DatasetService::NewStub(channels_->Channel("upload"));
  upload::v1::GetDatasetRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      upload::v1::GetDatasetResponse response,
      platform::CallUnary(*stub, &upload::v1::DatasetService::Stub::GetDataset, request));
  return std::move(*response.mutable_dataset());
}

absl::Status GrpcPeers::DestroySnapshot(const std::string& name) {
  const auto stub = upload::v1::SnapshotService::NewStub(channels_->Channel("upload"));
  upload::v1::DestroySnapshotRequest request;
  request.set_name(name);
  return platform::CallUnary(*stub, &upload::v1::SnapshotService::Stub::DestroySnapshot, request)
      .status();
}

}  // namespace oboro::abstraction

#pragma once

#include <grpcpp/grpcpp.h>

#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/rpc/adapter.h"
#include "services/upload/append_snapshot_handler.h"
#include "services/upload/complete_snapshot_handler.h"
#include "services/upload/create_snapshot_handler.h"
#include "services/upload/destroy_snapshot_handler.h"
#include "services/upload/get_snapshot_handler.h"
#include "services/upload/list_findings_handler.h"
#include "services/upload/list_snapshots_handler.h"
#include "services/upload/settle_findings_handler.h"

namespace oboro::upload {

// oboro.upload.v1.SnapshotService: each call through the adapter to its handler.
class SnapshotServiceImpl final : public v1::SnapshotService::Service {
 public:
  SnapshotServiceImpl(platform::Adapter* adapter, const Deps& deps);

  grpc::Status CreateSnapshot(grpc::ServerContext* context,
                              const v1::CreateSnapshotRequest* request,
                              v1::CreateSnapshotResponse* response) override;
  grpc::Status AppendSnapshot(grpc::ServerContext* context,
                              grpc::ServerReader<v1::AppendSnapshotRequest>* reader,
                              v1::AppendSnapshotResponse* response) override;
  grpc::Status CompleteSnapshot(grpc::ServerContext* context,
                                const v1::CompleteSnapshotRequest* request,
                                v1::CompleteSnapshotResponse* response) override;
  grpc::Status GetSnapshot(grpc::ServerContext* context, const v1::GetSnapshotRequest* request,
                           v1::GetSnapshotResponse* response) override;
  grpc::Status ListSnapshots(grpc::ServerContext* context, const v1::ListSnapshotsRequest* request,
                             v1::ListSnapshotsResponse* response) override;
  grpc::Status ListFindings(grpc::ServerContext* context, const v1::ListFindingsRequest* request,
                            v1::ListFindingsResponse* response) override;
  grpc::Status SettleFindings(grpc::ServerContext* context,
                              const v1::SettleFindingsRequest* request,
                              v1::SettleFindingsResponse* response) override;
  grpc::Status DestroySnapshot(grpc::ServerContext* context,
                               const v1::DestroySnapshotRequest* request,
                               v1::DestroySnapshotResponse* response) override;

 private:
  platform::Adapter& adapter_;
  CreateSnapshotHandler create_snapshot_;
  AppendSnapshotHandler append_snapshot_;
  CompleteSnapshotHandler complete_snapshot_;
  GetSnapshotHandler get_snapshot_;
  ListSnapshotsHandler list_snapshots_;
  ListFindingsHandler list_findings_;
  SettleFindingsHandler settle_findings_;
  DestroySnapshotHandler destroy_snapshot_;
};

}  // namespace oboro::upload

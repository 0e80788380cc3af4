#include "services/upload/snapshot_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::upload {

using platform::CallContext;

SnapshotServiceImpl::SnapshotServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      create_snapshot_(deps),
      append_snapshot_(deps),
      complete_snapshot_(deps),
      get_snapshot_(deps),
      list_snapshots_(deps),
      list_findings_(deps),
      settle_findings_(deps),
      destroy_snapshot_(deps) {}

grpc::Status SnapshotServiceImpl::CreateSnapshot(grpc::ServerContext* context,
                                                 const v1::CreateSnapshotRequest* request,
                                                 v1::CreateSnapshotResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return create_snapshot_.Handle(call, message);
                               });
}

grpc::Status SnapshotServiceImpl::AppendSnapshot(
    grpc::ServerContext* context, grpc::ServerReader<v1::AppendSnapshotRequest>* reader,
    v1::AppendSnapshotResponse* response) {
  return platform::HandleClientStream(
      adapter_, context, reader, response,
      [this](const CallContext& call, const auto& first, const auto& next) {
        return append_snapshot_.Handle(call, first, next);
      });
}

grpc::Status SnapshotServiceImpl::CompleteSnapshot(grpc::ServerContext* context,
                                                   const v1::CompleteSnapshotRequest* request,
                                                   v1::CompleteSnapshotResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return complete_snapshot_.Handle(call, message);
                               });
}

grpc::Status SnapshotServiceImpl::GetSnapshot(grpc::ServerContext* context,
                                              const v1::GetSnapshotRequest* request,
                                              v1::GetSnapshotResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return get_snapshot_.Handle(call, message);
                               });
}

grpc::Status SnapshotServiceImpl::ListSnapshots(grpc::ServerContext* context,
                                                const v1::ListSnapshotsRequest* request,
                                                v1::ListSnapshotsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_snapshots_.Handle(call, message);
                               });
}

grpc::Status SnapshotServiceImpl::ListFindings(grpc::ServerContext* context,
                                               const v1::ListFindingsRequest* request,
                                               v1::ListFindingsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_findings_.Handle(call, message);
                               });
}

grpc::Status SnapshotServiceImpl::DestroySnapshot(grpc::ServerContext* context,
                                                  const v1::DestroySnapshotRequest* request,
                                                  v1::DestroySnapshotResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return destroy_snapshot_.Handle(call, message);
                               });
}

grpc::Status SnapshotServiceImpl::SettleFindings(grpc::ServerContext* context,
                                                 const v1::SettleFindingsRequest* request,
                                                 v1::SettleFindingsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return settle_findings_.Handle(call, message);
                               });
}

}  // namespace oboro::upload

#include "services/upload/dataset_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::upload {

using platform::CallContext;

DatasetServiceImpl::DatasetServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      create_dataset_(deps),
      get_dataset_(deps),
      list_datasets_(deps),
      update_dataset_(deps) {}

grpc::Status DatasetServiceImpl::CreateDataset(grpc::ServerContext* context,
                                               const v1::CreateDatasetRequest* request,
                                               v1::CreateDatasetResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return create_dataset_.Handle(call, message);
                               });
}

grpc::Status DatasetServiceImpl::GetDataset(grpc::ServerContext* context,
                                            const v1::GetDatasetRequest* request,
                                            v1::GetDatasetResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return get_dataset_.Handle(call, message);
                               });
}

grpc::Status DatasetServiceImpl::ListDatasets(grpc::ServerContext* context,
                                              const v1::ListDatasetsRequest* request,
                                              v1::ListDatasetsResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return list_datasets_.Handle(call, message);
                               });
}

grpc::Status DatasetServiceImpl::UpdateDataset(grpc::ServerContext* context,
                                               const v1::UpdateDatasetRequest* request,
                                               v1::UpdateDatasetResponse* response) {
  return platform::HandleUnary(adapter_, context, *request, response,
                               [this](const CallContext& call, const auto& message) {
                                 return update_dataset_.Handle(call, message);
                               });
}

}  // namespace oboro::upload

#pragma once

#include <grpcpp/grpcpp.h>

#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/rpc/adapter.h"
#include "services/upload/create_dataset_handler.h"
#include "services/upload/get_dataset_handler.h"
#include "services/upload/list_datasets_handler.h"
#include "services/upload/update_dataset_handler.h"

namespace oboro::upload {

// oboro.upload.v1.DatasetService: each call through the adapter to its handler.
class DatasetServiceImpl final : public v1::DatasetService::Service {
 public:
  DatasetServiceImpl(platform::Adapter* adapter, const Deps& deps);

  grpc::Status CreateDataset(grpc::ServerContext* context, const v1::CreateDatasetRequest* request,
                             v1::CreateDatasetResponse* response) override;
  grpc::Status GetDataset(grpc::ServerContext* context, const v1::GetDatasetRequest* request,
                          v1::GetDatasetResponse* response) override;
  grpc::Status ListDatasets(grpc::ServerContext* context, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsResponse* response) override;
  grpc::Status UpdateDataset(grpc::ServerContext* context, const v1::UpdateDatasetRequest* request,
                             v1::UpdateDatasetResponse* response) override;

 private:
  platform::Adapter& adapter_;
  CreateDatasetHandler create_dataset_;
  GetDatasetHandler get_dataset_;
  ListDatasetsHandler list_datasets_;
  UpdateDatasetHandler update_dataset_;
};

}  // namespace oboro::upload

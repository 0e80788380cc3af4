#pragma once

#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/aggregation/view_handlers.h"
#include "services/platform/rpc/adapter.h"

namespace oboro::aggregation {

// The RPC surface: every method passes the adapter, then its handler.
class ViewService final : public v1::ViewService::Service {
 public:
  ViewService(platform::Adapter* adapter, const Deps& deps);

  grpc::Status CreateView(grpc::ServerContext* context, const v1::CreateViewRequest* request,
                          v1::CreateViewResponse* response) override;
  grpc::Status GetView(grpc::ServerContext* context, const v1::GetViewRequest* request,
                       v1::GetViewResponse* response) override;
  grpc::Status ListViews(grpc::ServerContext* context, const v1::ListViewsRequest* request,
                         v1::ListViewsResponse* response) override;
  grpc::Status UpdateView(grpc::ServerContext* context, const v1::UpdateViewRequest* request,
                          v1::UpdateViewResponse* response) override;
  grpc::Status DeleteView(grpc::ServerContext* context, const v1::DeleteViewRequest* request,
                          v1::DeleteViewResponse* response) override;

 private:
  platform::Adapter& adapter_;
  CreateViewHandler create_view_;
  GetViewHandler get_view_;
  ListViewsHandler list_views_;
  UpdateViewHandler update_view_;
  DeleteViewHandler delete_view_;
};

}  // namespace oboro::aggregation

#include "services/aggregation/view_service.h"

#include "services/platform/rpc/handler.h"

namespace oboro::aggregation {

using platform::HandleUnary;

ViewService::ViewService(platform::Adapter* adapter, const Deps& deps)
    : adapter_(*adapter),
      create_view_(deps),
      get_view_(deps),
      list_views_(deps),
      update_view_(deps),
      delete_view_(deps) {}

grpc::Status ViewService::CreateView(grpc::ServerContext* context,
                                     const v1::CreateViewRequest* request,
                                     v1::CreateViewResponse* response) {
  return HandleUnary(adapter_, context, *request, response, create_view_);
}

grpc::Status ViewService::GetView(grpc::ServerContext* context, const v1::GetViewRequest* request,
                                  v1::GetViewResponse* response) {
  return HandleUnary(adapter_, context, *request, response, get_view_);
}

grpc::Status ViewService::ListViews(grpc::ServerContext* context,
                                    const v1::ListViewsRequest* request,
                                    v1::ListViewsResponse* response) {
  return HandleUnary(adapter_, context, *request, response, list_views_);
}

grpc::Status ViewService::UpdateView(grpc::ServerContext* context,
                                     const v1::UpdateViewRequest* request,
                                     v1::UpdateViewResponse* response) {
  return HandleUnary(adapter_, context, *request, response, update_view_);
}

grpc::Status ViewService::DeleteView(grpc::ServerContext* context,
                                     const v1::DeleteViewRequest* request,
                                     v1::DeleteViewResponse* response) {
  return HandleUnary(adapter_, context, *request, response, delete_view_);
}

}  // namespace oboro::aggregation

#pragma once

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// One class for each RPC of ViewService.

class CreateViewHandler {
 public:
  explicit CreateViewHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateViewResponse> operator()(const platform::CallContext& call,
                                                    const v1::CreateViewRequest& request);

 private:
  const Deps& deps_;
};

class GetViewHandler {
 public:
  explicit GetViewHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetViewResponse> operator()(const platform::CallContext& call,
                                                 const v1::GetViewRequest& request);

 private:
  const Deps& deps_;
};

class ListViewsHandler {
 public:
  explicit ListViewsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListViewsResponse> operator()(const platform::CallContext& call,
                                                   const v1::ListViewsRequest& request);

 private:
  const Deps& deps_;
};

class UpdateViewHandler {
 public:
  explicit UpdateViewHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::UpdateViewResponse> operator()(const platform::CallContext& call,
                                                    const v1::UpdateViewRequest& request);

 private:
  const Deps& deps_;
};

class DeleteViewHandler {
 public:
  explicit DeleteViewHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::DeleteViewResponse> operator()(const platform::CallContext& call,
                                                    const v1::DeleteViewRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation

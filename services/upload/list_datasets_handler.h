#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Tells a tenant's datasets by id.
class ListDatasetsHandler {
 public:
  explicit ListDatasetsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListDatasetsResponse> Handle(const platform::CallContext& call,
                                                  const v1::ListDatasetsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

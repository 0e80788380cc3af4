#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Tells one dataset.
class GetDatasetHandler {
 public:
  explicit GetDatasetHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetDatasetResponse> Handle(const platform::CallContext& call,
                                                const v1::GetDatasetRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Changes what a dataset is called, whether it retains snapshots and whether findings are reviewed.
// A snapshot that was checked already keeps its state.
class UpdateDatasetHandler {
 public:
  explicit UpdateDatasetHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::UpdateDatasetResponse> Handle(const platform::CallContext& call,
                                                   const v1::UpdateDatasetRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

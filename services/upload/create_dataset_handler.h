#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Makes a dataset of a department after its schema was read. Idempotent for equal content.
class CreateDatasetHandler {
 public:
  explicit CreateDatasetHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateDatasetResponse> Handle(const platform::CallContext& call,
                                                   const v1::CreateDatasetRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

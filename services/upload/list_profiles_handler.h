#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Tells a dataset's profiles by id.
class ListProfilesHandler {
 public:
  explicit ListProfilesHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListProfilesResponse> Handle(const platform::CallContext& call,
                                                  const v1::ListProfilesRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

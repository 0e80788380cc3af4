#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Reads findings out of their encrypted object. Only the department that holds the dataset sees the
// values found; every reading is audited.
class ListFindingsHandler {
 public:
  explicit ListFindingsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListFindingsResponse> Handle(const platform::CallContext& call,
                                                  const v1::ListFindingsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

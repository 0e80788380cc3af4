#pragma once

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/upload/deps.h"

namespace oboro::upload {

// Records a decision about findings of a snapshot under review, in one transaction with its event.
// When none is left open the snapshot becomes ACCEPTED, or RETURNED with its bytes destroyed. The
// same decision again changes nothing, also when it was the last one.
class SettleFindingsHandler {
 public:
  explicit SettleFindingsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::SettleFindingsResponse> Handle(const platform::CallContext& call,
                                                    const v1::SettleFindingsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::upload

#pragma once

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// Shape and provenance of one statistic; reading it is audited.
class GetStatisticHandler {
 public:
  explicit GetStatisticHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetStatisticResponse> Handle(const platform::CallContext& call,
                                                  const v1::GetStatisticRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation

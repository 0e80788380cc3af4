#pragma once

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// A tenant's statistics, newest first, without members.
class ListStatisticsHandler {
 public:
  explicit ListStatisticsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListStatisticsResponse> Handle(const platform::CallContext& call,
                                                    const v1::ListStatisticsRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation

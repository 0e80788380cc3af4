#pragma once

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/table_request.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// Refuses what the verdict, the policy or an earlier table forbids (audited), else queues
// aggregation.run.
class CreateStatisticHandler {
 public:
  explicit CreateStatisticHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateStatisticResponse> Handle(const platform::CallContext& call,
                                                     const v1::CreateStatisticRequest& request);

 private:
  absl::Status Check(const platform::CallContext& call, const v1::CreateStatisticRequest& request,
                     const TableSpec& spec);

  const Deps& deps_;
};

}  // namespace oboro::aggregation

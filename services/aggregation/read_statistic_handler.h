#pragma once

#include <functional>

#include "absl/status/status.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// Streams the cells in the table's order, a suppressed one with the one outside mark unless the
// caller may see more (resources.h); reading is audited.
class ReadStatisticHandler {
 public:
  using Write = std::function<bool(const v1::ReadStatisticResponse&)>;
  explicit ReadStatisticHandler(const Deps& deps) : deps_(deps) {}
  absl::Status Handle(const platform::CallContext& call, const v1::ReadStatisticRequest& request,
                      const Write& write);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation

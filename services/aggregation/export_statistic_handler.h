#pragma once

#include <functional>

#include "absl/status/status.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// Streams the table as a CSV file (csv_export.h); exporting is audited.
class ExportStatisticHandler {
 public:
  using Write = std::function<bool(const v1::ExportStatisticResponse&)>;
  explicit ExportStatisticHandler(const Deps& deps) : deps_(deps) {}
  absl::Status Handle(const platform::CallContext& call, const v1::ExportStatisticRequest& request,
                      const Write& write);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation

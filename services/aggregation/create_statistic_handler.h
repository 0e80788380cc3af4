#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/table_request.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// Refuses what the verdict or the policy forbids, and who was refused by the ledger too often
// (audited), else queues aggregation.run.
class CreateStatisticHandler {
 public:
  explicit CreateStatisticHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateStatisticResponse> Handle(const platform::CallContext& call,
                                                     const v1::CreateStatisticRequest& request);

 private:
  // The abstraction's object, if the table may be asked for.
  absl::StatusOr<std::string> Check(const platform::CallContext& call,
                                    const v1::CreateStatisticRequest& request,
                                    const TableSpec& spec);
  absl::StatusOr<std::string> Seal(pqxx::work& tx, const platform::CallContext& call,
                                   const std::string& object_id,
                                   const v1::CreateStatisticRequest& request,
                                   const std::vector<FilterSpec>& filters);

  const Deps& deps_;
};

}  // namespace oboro::aggregation

#include "services/aggregation/create_statistic_handler.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "services/aggregation/aggregation_function.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/statistic_rows.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/rpc/operation_rows.h"

namespace oboro::aggregation {
namespace {

constexpr size_t kMaxTitle = 300;

absl::Status Validate(const platform::CallContext& call,
                      const v1::CreateStatisticRequest& request) {
  const std::string& tenant = call.tenant().id();
  RETURN_IF_ERROR(CheckOwnName(tenant, request.abstraction(), "tenants/*/abstractions/*"));
  RETURN_IF_ERROR(CheckOwnName(tenant, request.verdict(), "tenants/*/verdicts/*"));
  if (request.display_name().empty() || request.display_name().size() > kMaxTitle) {
    return InvalidField("display_name", "a title of 1 to 300 bytes", "1〜100文字の表題が必要です");
  }
  if (TierName(request.tier()).empty()) {
    return InvalidField("tier", "INTERNAL, JOINT or PUBLIC", "庁内、圏域、公表のいずれかです");
  }
  return absl::OkStatus();
}

nlohmann::json Detail(const v1::CreateStatisticRequest& request, const TableSpec& spec) {
  std::vector<std::string> dimensions, filters;
  for (const AxisSpec& axis : spec.axes) dimensions.push_back(axis.column);
  for (const FilterSpec& filter : spec.filters) filters.push_back(filter.column);
  return {{"tier", TierName(request.tier())},
          {"verdict", request.verdict()},
          {"dimensions", dimensions},
          {"filters", filters},
          {"measure", MeasureName(spec.measure.kind)}};
}

platform::NewJob Job(const v1::CreateStatisticRequest& request, const TableSpec& spec) {
  platform::NewJob job;
  job.kind = kAggregationKind;
  job.target_name = request.abstraction();
  job.params = nlohmann::json({{"tier", TierName(request.tier())},
                               {"verdict", request.verdict()},
                               {"display_name", request.display_name()},
                               {"spec", ToJson(spec)}})
                   .dump();
  job.request_id = request.request_id();
  return job;
}

}  // namespace

absl::Status CreateStatisticHandler::Check(const platform::CallContext& call,
                                           const v1::CreateStatisticRequest& request,
                                           const TableSpec& spec) {
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, call.tenant(), request.abstraction(),
                                                 request.verdict(), request.tier(), call.deadline));
  RETURN_IF_ERROR(CheckColumns(basis.abstraction, spec));
  if (IsAmount(spec.measure.kind) && !basis.rules.amounts) return AmountsNotAllowed();
  return absl::OkStatus();
}

absl::StatusOr<v1::CreateStatisticResponse> CreateStatisticHandler::Handle(
    const platform::CallContext& call, const v1::CreateStatisticRequest& request) {
  RETURN_IF_ERROR(Validate(call, request));
  ASSIGN_OR_RETURN(const TableSpec spec, SpecOf(request));
  const absl::Status allowed = Check(call, request, spec);
  const absl::Time now = deps_.clock->Now();
  auto event = call.Event("CREATE_STATISTIC", request.abstraction(), Detail(request, spec));
  if (allowed.code() == absl::StatusCode::kFailedPrecondition) {
    // Who was refused what is part of the evidence: a refusal tells something too.
    event.outcome = "REFUSED";
    event.detail["reason"] = platform::ReasonOf(allowed).name;
    RETURN_IF_ERROR(deps_.db->RunTx(call.tenant(), "refuse_statistic", [&](pqxx::work& tx) {
      return platform::AppendAudit(tx, call.tenant(), event, now);
    }));
  }
  RETURN_IF_ERROR(allowed);

  v1::CreateStatisticResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_operation(),
      deps_.db->RunTx(call.tenant(), "create_statistic",
                      [&](pqxx::work& tx) -> absl::StatusOr<operation::v1::Operation> {
                        ASSIGN_OR_RETURN(auto operation, platform::EnqueueOperation(
                                                             tx, call, Job(request, spec), now));
                        ASSIGN_OR_RETURN(const std::string table,
                                         FindTableOf(tx, call.tenant(), request.abstraction()));
                        // A repeated request finds its own table: a statistic's id is its
                        // operation's.
                        if (!table.empty() && !absl::EndsWith(operation.name(), "/" + table)) {
                          return OneTablePerAbstraction(StatisticName(call.tenant().id(), table));
                        }
                        RETURN_IF_ERROR(platform::AppendAudit(tx, call.tenant(), event, now));
                        return operation;
                      }));
  return response;
}

}  // namespace oboro::aggregation

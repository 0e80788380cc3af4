#include "services/aggregation/create_statistic_handler.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "services/aggregation/aggregation_function.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/filters_param.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/refusals.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/jobs/request_params.h"
#include "services/platform/keys/data_keys.h"
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

// Values of filters stand in `filters` alone, encrypted.
platform::NewJob Job(const v1::CreateStatisticRequest& request, TableSpec spec,
                     const std::string& filters) {
  for (FilterSpec& filter : spec.filters) filter.values.clear();
  platform::NewJob job;
  job.kind = kAggregationKind;
  job.target_name = request.abstraction();
  job.params = nlohmann::json({{"tier", TierName(request.tier())},
                               {"verdict", request.verdict()},
                               {"display_name", request.display_name()},
                               {"spec", ToJson(spec)},
                               {"filters", filters}})
                   .dump();
  job.request_id = request.request_id();
  return job;
}

}  // namespace

absl::StatusOr<std::string> CreateStatisticHandler::Check(const platform::CallContext& call,
                                                          const v1::CreateStatisticRequest& request,
                                                          const TableSpec& spec) {
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, call.tenant(), request.abstraction(),
                                                 request.verdict(), request.tier(), call.deadline));
  if (request.tier() == verification::v1::TIER_JOINT) return JointStatisticRequired();
  RETURN_IF_ERROR(CheckColumns(basis.abstraction, spec));
  if (IsAmount(spec.measure.kind) && !basis.rules.amounts) return AmountsNotAllowed();
  RETURN_IF_ERROR(CheckRefusals(deps_, call.tenant(), call.caller.actor()));
  return basis.abstraction.object_id();
}

absl::StatusOr<std::string> CreateStatisticHandler::Seal(pqxx::work& tx,
                                                         const platform::CallContext& call,
                                                         const std::string& object_id,
                                                         const v1::CreateStatisticRequest& request,
                                                         const std::vector<FilterSpec>& filters) {
  if (filters.empty()) return std::string();
  const platform::TenantContext& tenant = call.tenant();
  ASSIGN_OR_RETURN(const platform::SecretBytes key,
                   platform::LoadDataKey(tx, tenant, *deps_.keys, object_id));
  // The same request again must say the same: no two ciphertexts of one text are alike.
  ASSIGN_OR_RETURN(const std::optional<std::string> params,
                   platform::ParamsOfRequest(tx, tenant, kAggregationKind, request.request_id()));
  if (params) {
    const std::string before = nlohmann::json::parse(*params).value("filters", "");
    const auto same = OpenFilters(tenant, object_id, key, before);
    if (same.ok() && *same == filters) return before;
  }
  return SealFilters(tenant, object_id, key, filters);
}

absl::StatusOr<v1::CreateStatisticResponse> CreateStatisticHandler::Handle(
    const platform::CallContext& call, const v1::CreateStatisticRequest& request) {
  RETURN_IF_ERROR(Validate(call, request));
  ASSIGN_OR_RETURN(const TableSpec spec, SpecOf(request));
  const absl::StatusOr<std::string> object_id = Check(call, request, spec);
  const auto event = call.Event("CREATE_STATISTIC", request.abstraction(), Detail(request, spec));
  if (!object_id.ok()) return AuditRefusal(deps_, call.tenant(), event, object_id.status());
  const absl::Time now = deps_.clock->Now();

  v1::CreateStatisticResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_operation(),
      deps_.db->RunTx(call.tenant(), "create_statistic",
                      [&](pqxx::work& tx) -> absl::StatusOr<operation::v1::Operation> {
                        ASSIGN_OR_RETURN(const std::string filters,
                                         Seal(tx, call, *object_id, request, spec.filters));
                        ASSIGN_OR_RETURN(
                            auto operation,
                            platform::EnqueueOperation(tx, call, Job(request, spec, filters), now));
                        RETURN_IF_ERROR(platform::AppendAudit(tx, call.tenant(), event, now));
                        return operation;
                      }));
  return response;
}

}  // namespace oboro::aggregation

#include "services/aggregation/aggregation_job.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/aggregation/abstraction_child.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/filters_param.h"
#include "services/aggregation/ledger_params.h"
#include "services/aggregation/ledger_result.h"
#include "services/aggregation/ledger_rows.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/refusals.h"
#include "services/aggregation/statistic_rows.h"
#include "services/aggregation/table_request.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/job_output.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/object_store.h"

namespace oboro::aggregation {
namespace {

struct Params {
  std::string display_name, verdict, tier_name;
  verification::v1::Tier tier = verification::v1::TIER_UNSPECIFIED;
  TableSpec spec;
  std::string filters;  // Sealed (filters_param.h).
};

absl::StatusOr<Params> ParseParams(const platform::LeasedJob& job) {
  const auto json = nlohmann::json::parse(job.params);
  Params params;
  params.display_name = json.at("display_name");
  params.verdict = json.at("verdict");
  params.tier_name = json.at("tier");
  ASSIGN_OR_RETURN(params.spec, SpecFromJson(json.at("spec")));
  params.filters = json.at("filters");
  for (const auto tier : {verification::v1::TIER_INTERNAL, verification::v1::TIER_JOINT,
                          verification::v1::TIER_PUBLIC}) {
    if (TierName(tier) == params.tier_name) params.tier = tier;
  }
  return params;
}

nlohmann::json ColumnsOf(const TableSpec& spec) { return ToJson(spec)["axes"]; }

nlohmann::json FilterColumnsOf(const TableSpec& spec) {
  nlohmann::json filters = nlohmann::json::array();
  for (const FilterSpec& filter : spec.filters) filters.push_back({{"column", filter.column}});
  return filters;
}

StatisticRow MakeRow(const Params& params, const Basis& basis, const platform::LeasedJob& job,
                     const nlohmann::json& result) {
  StatisticRow row;
  row.statistic_id = job.job_id;
  row.display_name = params.display_name;
  row.tier = params.tier_name;
  row.dimensions = ColumnsOf(params.spec);
  row.measure = MeasureName(params.spec.measure.kind);
  row.measure_column = params.spec.measure.column;
  row.filters = FilterColumnsOf(params.spec);
  row.author = job.actor;
  row.cells = result.at("cells");
  row.primary_suppressions = result.at("primary");
  row.secondary_suppressions = result.at("secondary");
  row.snapshot = basis.abstraction.snapshot();
  row.reference_date = basis.abstraction.reference_date();
  row.abstraction = basis.abstraction.name();
  row.recipe = basis.abstraction.recipe();
  row.recipe_version = basis.abstraction.recipe_version();
  row.verdict = params.verdict;
  row.policy = basis.policy.name;
  row.policy_version = basis.policy.version;
  row.engine_version = result.at("engine_version");
  row.method = result.at("method");
  row.job_id = job.job_id;
  return row;
}

}  // namespace

// One attempt.
struct AggregationJob::Work {
  const platform::TenantContext& tenant;
  const platform::LeasedJob& job;
  const std::function<bool(const platform::ChildProgress&)>& heartbeat;
  const Params& params;
  const Basis& basis;
  const platform::SecretBytes& key;  // Of the abstraction.
};

absl::Status AggregationJob::Run(
    const platform::TenantContext& tenant, const platform::LeasedJob& job,
    const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  ASSIGN_OR_RETURN(Params params, ParseParams(job));
  const absl::Time deadline = deps_.clock->Now() + absl::Seconds(30);
  // What was true when the job was asked for may no longer be.
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, tenant, job.target_name, params.verdict,
                                                 params.tier, deadline));
  ASSIGN_OR_RETURN(const platform::SecretBytes key, AbstractionKey(deps_, tenant, basis));
  ASSIGN_OR_RETURN(params.spec.filters,
                   OpenFilters(tenant, basis.abstraction.object_id(), key, params.filters));
  const auto turn = turns_.Take(
      absl::StrCat(tenant.id(), "/", platform::DatasetOf(basis.abstraction.snapshot())));
  RETURN_IF_ERROR(CheckRefusals(deps_, tenant, job.actor));
  const Work work{tenant, job, heartbeat, params, basis, key};
  std::string because;
  const absl::Status made = Make(work, because);
  because = RefusedBy(made, because);
  if (!because.empty()) RETURN_IF_ERROR(Refuse(work, because));
  return made;
}

absl::Status AggregationJob::Refuse(const Work& work, const std::string& because) {
  const absl::Time now = deps_.clock->Now();
  const std::string dataset = platform::DatasetOf(work.basis.abstraction.snapshot());
  return deps_.db->RunTx(work.tenant, "refuse_by_ledger", [&](pqxx::work& tx) {
    const platform::AuditEvent event{work.job.actor,
                                     "REFUSE_STATISTIC",
                                     work.job.target_name,
                                     "REFUSED",
                                     {{"operation", work.job.job_id},
                                      {"dataset", dataset},
                                      {"tier", work.params.tier_name},
                                      {"because", because}}};
    return InsertRefusal(tx, work.tenant, {work.job.job_id, work.job.actor, dataset, because},
                         event, now);
  });
}

absl::Status AggregationJob::Make(const Work& work, std::string& because) {
  const auto& [tenant, job, heartbeat, params, basis, key] = work;
  ASSIGN_OR_RETURN(const LedgerState ledger, ReadLedger(deps_, tenant, basis));
  ASSIGN_OR_RETURN(const TableRequest table, RequestOf(params.spec, basis));
  ASSIGN_OR_RETURN(platform::JobOutput output,
                   platform::JobOutput::Open(*deps_.db, *deps_.keys, *deps_.objects, tenant, job));

  platform::ChildRequest request;
  request.kind = job.kind;
  request.params = LedgerParams(table, ledger.earlier);
  platform::ChildOutput statistic = output.ForChild(tenant, "statistic");
  const platform::SecretBytes output_key = statistic.key.Clone();
  request.outputs.push_back(std::move(statistic));
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const FromAbstraction made,
                   RunOnAbstraction(deps_, tenant, basis, key, std::move(request)));
  const auto& [child, result] = made;
  if (IsRefused(result)) {
    because = BecauseOf(result);
    return LedgerRefused();
  }
  StatisticRow row = MakeRow(params, basis, job, result);
  const auto& [bytes, digest] = child.outputs.at("statistic");
  row.object_id = output.object_id();
  row.object_digest = digest;
  ASSIGN_OR_RETURN(row.detail, SealDetail(tenant, row.object_id, output_key, result.at("detail")));
  ASSIGN_OR_RETURN(row.ledger, SealEntry(tenant, row.object_id, output_key, result.at("ledger")));
  RETURN_IF_ERROR(output.Commit());
  const absl::Time now = deps_.clock->Now();
  const std::string name = StatisticName(tenant.id(), row.statistic_id);
  return deps_.db->RunTx(work.tenant, "complete_statistic", [&](pqxx::work& tx) -> absl::Status {
    RETURN_IF_ERROR(AdvanceLedger(tx, work.tenant, ledger.dataset, ledger.version, now));
    RETURN_IF_ERROR(output.MarkLive(tx, work.tenant, bytes));
    const platform::AuditEvent event{
        work.job.actor,
        "STORE_STATISTIC",
        name,
        "OK",
        {{"cells", row.cells},
         {"suppressed", row.primary_suppressions + row.secondary_suppressions},
         {"tier", row.tier},
         {"verdict", row.verdict}}};
    RETURN_IF_ERROR(InsertStatistic(tx, work.tenant, row, event, now));
    return platform::CompleteJob(tx, work.tenant, work.job, name, child.stages, now);
  });
}

absl::Status AggregationJob::Abandon(const platform::TenantContext& tenant,
                                     const platform::LeasedJob& job, const absl::Status& why) {
  return platform::DiscardJobOutputs(*deps_.db, *deps_.objects, tenant, job.job_id, job.attempt);
}

}  // namespace oboro::aggregation

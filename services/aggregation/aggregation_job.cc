#include "services/aggregation/aggregation_job.h"

#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/filters_param.h"
#include "services/aggregation/ledger_rows.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/statistic_rows.h"
#include "services/aggregation/table_request.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/job_output.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/digest_reader.h"
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

absl::StatusOr<TableRequest> RequestOf(const Params& params, const Basis& basis) {
  TableRequest request;
  request.spec = params.spec;
  if (IsAmount(request.spec.measure.kind)) {
    if (!basis.rules.amounts) return AmountsNotAllowed();
    request.amounts = {basis.rules.amounts->p_percent, basis.rules.amounts->dominance_n,
                       basis.rules.amounts->dominance_k, basis.rules.amounts->min_contributors};
    request.spec.contributor = ContributorColumn(basis.abstraction);
  }
  request.min_count = basis.min_count;
  request.zeros_protected = basis.rules.zeros == platform::Zeros::kProtected;
  request.flow_bound = basis.rules.flow_bound.value_or(-1);
  request.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return request;
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

// The request and what was made before, for the child.
std::string ChildParams(const TableRequest& table, const LedgerState& ledger) {
  auto json = nlohmann::json::parse(RequestText(table));
  json["ledger"] = nlohmann::json::array();
  for (const LedgerEntry& entry : ledger.earlier) json["ledger"].push_back(ToJson(entry));
  return json.dump();
}

// The abstraction must have every column that the ledger knows of, and no other date may be linked.
absl::Status CheckLedger(const LedgerState& ledger, const Basis& basis) {
  if (ledger.other_dates && basis.rules.flow_bound) return LedgerDatesLinked();
  std::set<std::string> columns;
  for (const auto& column : basis.abstraction.columns()) columns.insert(column.name());
  for (const LedgerEntry& entry : ledger.earlier) {
    for (const auto& [name, digest] : entry.columns) {
      if (columns.find(name) == columns.end()) return LedgerBasisDiffers();
    }
  }
  return absl::OkStatus();
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
  const LedgerState& ledger;
  std::string dataset;
};

absl::Status AggregationJob::Run(
    const platform::TenantContext& tenant, const platform::LeasedJob& job,
    const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  ASSIGN_OR_RETURN(Params params, ParseParams(job));
  const absl::Time deadline = deps_.clock->Now() + absl::Seconds(30);
  // What was true when the job was asked for may no longer be.
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, tenant, job.target_name, params.verdict,
                                                 params.tier, deadline));
  const std::string& object_id = basis.abstraction.object_id();
  ASSIGN_OR_RETURN(const platform::SecretBytes key,
                   deps_.db->RunTx(tenant, "aggregation_key", [&](pqxx::work& tx) {
                     return platform::LoadDataKey(tx, tenant, *deps_.keys, object_id);
                   }));
  ASSIGN_OR_RETURN(params.spec.filters, OpenFilters(tenant, object_id, key, params.filters));
  const std::string dataset = platform::DatasetOf(basis.abstraction.snapshot());
  const auto turn = turns_.Take(absl::StrCat(tenant.id(), "/", dataset));
  ASSIGN_OR_RETURN(
      const LedgerState ledger,
      ReadLedger(deps_, tenant, dataset, basis.abstraction.reference_date(), job.actor));
  const Work work{tenant, job, heartbeat, params, basis, key, ledger, dataset};
  absl::Status made = CheckLedger(ledger, basis);
  if (made.ok()) made = Make(work);
  const std::string reason = platform::ReasonOf(made).name;
  // The child's own refusals name no statistic.
  if (!made.ok() && reason != "LEDGER_REFUSED" && absl::StartsWith(reason, "LEDGER_")) {
    RETURN_IF_ERROR(Refuse(work, reason));
  }
  return made;
}

absl::Status AggregationJob::Refuse(const Work& work, const std::string& because) {
  const absl::Time now = deps_.clock->Now();
  return deps_.db->RunTx(work.tenant, "refuse_by_ledger", [&](pqxx::work& tx) {
    const platform::AuditEvent event{work.job.actor,
                                     "REFUSE_STATISTIC",
                                     work.job.target_name,
                                     "REFUSED",
                                     {{"operation", work.job.job_id},
                                      {"dataset", work.dataset},
                                      {"tier", work.params.tier_name},
                                      {"because", because}}};
    return InsertRefusal(tx, work.tenant, {work.job.job_id, work.job.actor, work.dataset, because},
                         event, now);
  });
}

absl::Status AggregationJob::Make(const Work& work) {
  const auto& [tenant, job, heartbeat, params, basis, key, ledger, dataset] = work;
  ASSIGN_OR_RETURN(const TableRequest table, RequestOf(params, basis));
  const std::string& object_id = basis.abstraction.object_id();
  ASSIGN_OR_RETURN(auto reader, deps_.objects->Open(tenant, object_id, 0));
  ASSIGN_OR_RETURN(platform::JobOutput output,
                   platform::JobOutput::Open(*deps_.db, *deps_.keys, *deps_.objects, tenant, job));

  const auto read = std::make_shared<platform::ReadDigest>();
  platform::ChildRequest request;
  request.kind = job.kind;
  request.params = ChildParams(table, ledger);
  platform::ChildInput input{"abstraction", {tenant.id(), object_id}, key.Clone(), {}};
  input.parts.push_back(std::make_unique<platform::DigestReader>(std::move(reader), read));
  request.inputs.push_back(std::move(input));
  platform::ChildOutput statistic = output.ForChild(tenant, "statistic");
  const platform::SecretBytes output_key = statistic.key.Clone();
  request.outputs.push_back(std::move(statistic));
  request.memory_limit_bytes = deps_.child_memory_bytes;
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult child, platform::RunChild(std::move(request)));
  if (read->value() != basis.abstraction.object_digest()) {
    return VerdictInvalid("the abstraction's bytes have changed", "抽象化データが変わっています");
  }

  const auto result = nlohmann::json::parse(child.result);
  if (result.contains("refused")) {
    RETURN_IF_ERROR(Refuse(work, result["refused"].at("because").get<std::string>()));
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
    RETURN_IF_ERROR(AdvanceLedger(tx, work.tenant, work.dataset, work.ledger.version, now));
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

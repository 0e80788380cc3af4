#include "services/aggregation/aggregation_job.h"

#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "absl/strings/escaping.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/statistic_rows.h"
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
  std::vector<std::string> dimensions;
};

Params ParseParams(const platform::LeasedJob& job) {
  const auto json = nlohmann::json::parse(job.params);
  Params params;
  params.display_name = json.at("display_name");
  params.verdict = json.at("verdict");
  params.tier_name = json.at("tier");
  params.dimensions = json.at("dimensions").get<std::vector<std::string>>();
  for (const auto tier : {verification::v1::TIER_INTERNAL, verification::v1::TIER_JOINT,
                          verification::v1::TIER_PUBLIC}) {
    if (TierName(tier) == params.tier_name) params.tier = tier;
  }
  return params;
}

std::string ChildParams(const Params& params, const Basis& basis) {
  return nlohmann::json({{"dimensions", params.dimensions},
                         {"min_count", basis.min_count},
                         {"zeros_protected", basis.rules.zeros == platform::Zeros::kProtected},
                         {"threads", std::max(1u, std::thread::hardware_concurrency())}})
      .dump();
}

StatisticRow MakeRow(const Params& params, const Basis& basis, const platform::LeasedJob& job,
                     const nlohmann::json& result) {
  StatisticRow row;
  row.statistic_id = job.job_id;
  row.display_name = params.display_name;
  row.tier = params.tier_name;
  row.dimensions = result.at("dimensions");
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

absl::Status AggregationJob::Run(
    const platform::TenantContext& tenant, const platform::LeasedJob& job,
    const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  const Params params = ParseParams(job);
  const absl::Time deadline = deps_.clock->Now() + absl::Seconds(30);
  // What was true when the job was asked for may no longer be.
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, tenant, job.target_name, params.verdict,
                                                 params.tier, deadline));
  const std::string& object_id = basis.abstraction.object_id();
  ASSIGN_OR_RETURN(platform::SecretBytes key,
                   deps_.db->RunTx(tenant, "aggregation_key", [&](pqxx::work& tx) {
                     return platform::LoadDataKey(tx, tenant, *deps_.keys, object_id);
                   }));
  ASSIGN_OR_RETURN(auto reader, deps_.objects->Open(tenant, object_id, 0));
  ASSIGN_OR_RETURN(platform::JobOutput output,
                   platform::JobOutput::Open(*deps_.db, *deps_.keys, *deps_.objects, tenant, job));

  const auto read = std::make_shared<platform::ReadDigest>();
  platform::ChildRequest request;
  request.kind = job.kind;
  request.params = ChildParams(params, basis);
  platform::ChildInput input{"abstraction", {tenant.id(), object_id}, std::move(key), {}};
  input.parts.push_back(std::make_unique<platform::DigestReader>(std::move(reader), read));
  request.inputs.push_back(std::move(input));
  request.outputs.push_back(output.ForChild(tenant, "statistic"));
  request.memory_limit_bytes = deps_.child_memory_bytes;
  request.on_progress = heartbeat;
  ASSIGN_OR_RETURN(const platform::ChildResult child, platform::RunChild(std::move(request)));
  if (read->value() != basis.abstraction.object_digest()) {
    return VerdictInvalid("the abstraction's bytes have changed", "抽象化データが変わっています");
  }

  const auto result = nlohmann::json::parse(child.result);
  StatisticRow row = MakeRow(params, basis, job, result);
  const auto& [bytes, digest] = child.outputs.at("statistic");
  row.object_id = output.object_id();
  row.object_digest = digest;
  RETURN_IF_ERROR(output.Commit());
  const absl::Time now = deps_.clock->Now();
  const std::string name = StatisticName(tenant.id(), row.statistic_id);
  const absl::Status done =
      deps_.db->RunTx(tenant, "complete_statistic", [&](pqxx::work& tx) -> absl::Status {
        RETURN_IF_ERROR(output.MarkLive(tx, tenant, bytes));
        const platform::AuditEvent event{
            job.actor,
            "STORE_STATISTIC",
            name,
            "OK",
            {{"cells", row.cells},
             {"suppressed", row.primary_suppressions + row.secondary_suppressions},
             {"tier", row.tier},
             {"verdict", row.verdict}}};
        RETURN_IF_ERROR(InsertStatistic(tx, tenant, row, event, now));
        return platform::CompleteJob(tx, tenant, job, name, child.stages, now);
      });
  if (done.code() == absl::StatusCode::kAlreadyExists) return OneTablePerAbstraction("");
  return done;
}

absl::Status AggregationJob::Abandon(const platform::TenantContext& tenant,
                                     const platform::LeasedJob& job, const absl::Status& why) {
  return platform::DiscardJobOutputs(*deps_.db, *deps_.objects, tenant, job.job_id, job.attempt);
}

}  // namespace oboro::aggregation

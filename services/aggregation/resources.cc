#include "services/aggregation/resources.h"

#include "absl/strings/string_view.h"
#include "google/protobuf/util/time_util.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/names.h"

namespace oboro::aggregation {
namespace {

void FillProvenance(const StatisticRow& row, v1::Provenance* out) {
  out->set_snapshot(row.snapshot);
  out->set_reference_date(row.reference_date);
  out->set_abstraction(row.abstraction);
  out->set_recipe(row.recipe);
  out->set_recipe_version(row.recipe_version);
  out->set_verdict(row.verdict);
  out->set_policy(row.policy);
  out->set_policy_version(row.policy_version);
  out->set_engine_version(row.engine_version);
  out->set_method(row.method);
}

}  // namespace

bool SeesSuppressionKinds(const platform::CallContext& call) {
  return call.caller.kind == platform::Caller::Kind::kService ||
         platform::Has(call.roles, platform::Role::kPrivacyOfficer);
}

v1::Statistic ToProto(const platform::CallContext& call, const StatisticRow& row,
                      bool with_members) {
  v1::Statistic statistic;
  statistic.set_name(StatisticName(call.tenant().id(), row.statistic_id));
  statistic.set_display_name(row.display_name);
  for (const auto tier : {verification::v1::TIER_INTERNAL, verification::v1::TIER_JOINT,
                          verification::v1::TIER_PUBLIC}) {
    if (TierName(tier) == row.tier) statistic.set_tier(tier);
  }
  for (const auto& dimension : row.dimensions) {
    auto* out = statistic.add_dimensions();
    out->set_column(dimension.at("column").get<std::string>());
    if (!with_members) continue;
    for (const auto& member : dimension.at("members")) {
      out->add_members(member.get<std::string>());
    }
  }
  statistic.set_cells(row.cells);
  statistic.set_suppressed(row.primary_suppressions + row.secondary_suppressions);
  if (SeesSuppressionKinds(call)) {
    statistic.set_primary_suppressions(row.primary_suppressions);
    statistic.set_secondary_suppressions(row.secondary_suppressions);
  }
  FillProvenance(row, statistic.mutable_provenance());
  *statistic.mutable_create_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(row.create_time));
  return statistic;
}

}  // namespace oboro::aggregation

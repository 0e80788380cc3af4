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

void FillMeasure(const StatisticRow& row, v1::Measure* out) {
  v1::MeasureKind kind = v1::MEASURE_KIND_UNSPECIFIED;
  v1::MeasureKind_Parse("MEASURE_KIND_" + row.measure, &kind);
  out->set_kind(kind);
  out->set_column(row.measure_column);
}

// What is in the row itself: columns, no label.
void FillColumns(const StatisticRow& row, v1::Statistic* out) {
  for (const auto& dimension : row.dimensions) {
    auto* to = out->add_dimensions();
    to->set_column(dimension.at("column").get<std::string>());
    for (const auto& level : dimension.value("within", nlohmann::json::array())) {
      to->add_within(level.get<std::string>());
    }
  }
  for (const auto& filter : row.filters) {
    out->add_filters()->set_column(filter.at("column").get<std::string>());
  }
}

void FillDetail(const Detail& detail, v1::Statistic* out) {
  for (const auto& dimension : detail.dimensions) {
    auto* to = out->add_dimensions();
    to->set_column(dimension.column);
    for (const auto& level : dimension.within) to->add_within(level);
    for (const auto& member : dimension.members) to->add_members(member);
    for (const int32_t parent : dimension.parents) to->add_parents(parent);
  }
  for (const auto& filter : detail.filters) {
    auto* to = out->add_filters();
    to->set_column(filter.at("column").get<std::string>());
    for (const auto& value : filter.at("values")) to->add_values(value.get<std::string>());
  }
}

// The subject of "user:{issuer}#{subject}"; an issuer has no #.
std::string SubjectOf(const std::string& actor) {
  const size_t at = actor.find('#');
  return at == std::string::npos ? "" : actor.substr(at + 1);
}

}  // namespace

bool SeesSuppressionKinds(const platform::CallContext& call) {
  return call.caller.kind == platform::Caller::Kind::kService ||
         platform::Has(call.roles, platform::Role::kPrivacyOfficer);
}

v1::Statistic ToProto(const platform::CallContext& call, const StatisticRow& row,
                      const Detail* detail) {
  v1::Statistic statistic;
  statistic.set_name(StatisticName(call.tenant().id(), row.statistic_id));
  statistic.set_display_name(row.display_name);
  for (const auto tier : {verification::v1::TIER_INTERNAL, verification::v1::TIER_JOINT,
                          verification::v1::TIER_PUBLIC}) {
    if (TierName(tier) == row.tier) statistic.set_tier(tier);
  }
  if (detail == nullptr) {
    FillColumns(row, &statistic);
  } else {
    FillDetail(*detail, &statistic);
    if (SeesSuppressionKinds(call)) statistic.set_evidence_json(detail->evidence.dump());
  }
  FillMeasure(row, statistic.mutable_measure());
  statistic.set_author(SubjectOf(row.author));
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

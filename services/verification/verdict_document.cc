#include "services/verification/verdict_document.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"

namespace oboro::verification {
namespace {

using nlohmann::json;

constexpr char kForm[] = "oboro.verdict/1";
constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%E6SZ";

std::string TierWord(v1::Tier tier) { return v1::Tier_Name(tier).substr(sizeof("TIER_") - 1); }
std::string OutcomeWord(v1::Outcome outcome) {
  return v1::Outcome_Name(outcome).substr(sizeof("OUTCOME_") - 1);
}

template <typename List>
json EncodeCombinations(const List& list) {
  json out = json::array();
  for (const v1::Combination& one : list) {
    json columns = json::array();
    for (const std::string& name : one.columns()) columns.push_back(name);
    out.push_back({{"classes", one.classes()},
                   {"columns", columns},
                   {"records_below_k", one.records_below_k()},
                   {"uniques", one.uniques()}});
  }
  return out;
}

json EncodeFigures(const v1::Figures& figures) {
  json histogram = json::array();
  for (const auto& entry : figures.histogram()) {
    histogram.push_back({{"classes", entry.classes()}, {"size", entry.size()}});
  }
  json diversities = json::array();
  for (const auto& entry : figures.diversities()) {
    diversities.push_back({{"column", entry.column()}, {"distinct_l", entry.distinct_l()}});
  }
  json out = {{"classes", figures.classes()},
              {"combinations", EncodeCombinations(figures.combinations())},
              {"combinations_k", figures.combinations_k()},
              {"diversities", diversities},
              {"histogram", histogram},
              {"k", figures.k()},
              {"quasi_identifiers", json::array()},
              {"records", figures.records()},
              {"records_below_k", json::array()},
              {"uniques", figures.uniques()},
              {"without", EncodeCombinations(figures.without())}};
  for (const std::string& name : figures.quasi_identifiers()) {
    out["quasi_identifiers"].push_back(name);
  }
  for (const int64_t count : figures.records_below_k()) out["records_below_k"].push_back(count);
  return out;
}

json EncodeTier(const v1::TierOutcome& tier) {
  json rules = json::array();
  for (const auto& rule : tier.rules()) {
    rules.push_back({{"measured", rule.measured()},
                     {"message", rule.message()},
                     {"outcome", OutcomeWord(rule.outcome())},
                     {"rule", rule.rule()},
                     {"threshold", rule.threshold()}});
  }
  return {
      {"outcome", OutcomeWord(tier.outcome())}, {"rules", rules}, {"tier", TierWord(tier.tier())}};
}

v1::Outcome OutcomeOf(const json& word) {
  v1::Outcome out = v1::OUTCOME_UNSPECIFIED;
  v1::Outcome_Parse("OUTCOME_" + word.get<std::string>(), &out);
  return out;
}

template <typename List>
void DecodeCombinations(const json& in, List* out) {
  for (const json& one : in) {
    v1::Combination* added = out->Add();
    for (const json& name : one.at("columns")) added->add_columns(name.get<std::string>());
    added->set_classes(one.at("classes").get<int64_t>());
    added->set_uniques(one.at("uniques").get<int64_t>());
    added->set_records_below_k(one.at("records_below_k").get<int64_t>());
  }
}

void DecodeFigures(const json& in, v1::Figures* out) {
  out->set_classes(in.at("classes").get<int64_t>());
  out->set_k(in.at("k").get<int64_t>());
  out->set_records(in.at("records").get<int64_t>());
  out->set_uniques(in.at("uniques").get<int64_t>());
  for (const json& entry : in.at("histogram")) {
    v1::ClassSize* added = out->add_histogram();
    added->set_size(entry.at("size").get<int64_t>());
    added->set_classes(entry.at("classes").get<int64_t>());
  }
  for (const json& entry : in.at("diversities")) {
    v1::Diversity* added = out->add_diversities();
    added->set_column(entry.at("column").get<std::string>());
    added->set_distinct_l(entry.at("distinct_l").get<int64_t>());
  }
  for (const json& name : in.at("quasi_identifiers")) {
    out->add_quasi_identifiers(name.get<std::string>());
  }
  for (const json& count : in.at("records_below_k")) {
    out->add_records_below_k(count.get<int64_t>());
  }
  // Documents signed before combinations were measured have none.
  if (!in.contains("combinations_k")) return;
  out->set_combinations_k(in.at("combinations_k").get<int64_t>());
  DecodeCombinations(in.at("combinations"), out->mutable_combinations());
  DecodeCombinations(in.at("without"), out->mutable_without());
}

void DecodeTier(const json& in, v1::TierOutcome* out) {
  v1::Tier tier = v1::TIER_UNSPECIFIED;
  v1::Tier_Parse("TIER_" + in.at("tier").get<std::string>(), &tier);
  out->set_tier(tier);
  out->set_outcome(OutcomeOf(in.at("outcome")));
  for (const json& rule : in.at("rules")) {
    v1::RuleResult* added = out->add_rules();
    added->set_rule(rule.at("rule").get<std::string>());
    added->set_threshold(rule.at("threshold").get<std::string>());
    added->set_measured(rule.at("measured").get<std::string>());
    added->set_outcome(OutcomeOf(rule.at("outcome")));
    added->set_message(rule.at("message").get<std::string>());
  }
}

std::string Hex(const std::string& bytes) { return absl::BytesToHexString(bytes); }
std::string Unhex(const json& text) { return absl::HexStringToBytes(text.get<std::string>()); }

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace

std::string EncodeVerdict(const v1::Verdict& verdict) {
  json tiers = json::array();
  for (const auto& tier : verdict.tiers()) tiers.push_back(EncodeTier(tier));
  return json{{"abstraction", verdict.abstraction()},
              {"create_time",
               absl::FormatTime(kTimeFormat, TimeOf(verdict.create_time()), absl::UTCTimeZone())},
              {"engine_version", verdict.engine_version()},
              {"figures", EncodeFigures(verdict.figures())},
              {"form", kForm},
              {"name", verdict.name()},
              {"object_digest", Hex(verdict.object_digest())},
              {"policy", verdict.policy()},
              {"policy_digest", Hex(verdict.policy_digest())},
              {"policy_version", verdict.policy_version()},
              {"recipe", verdict.recipe()},
              {"recipe_digest", Hex(verdict.recipe_digest())},
              {"recipe_version", verdict.recipe_version()},
              {"tiers", tiers}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::StatusOr<v1::Verdict> DecodeVerdict(absl::string_view document) {
  try {
    const json in = json::parse(document.begin(), document.end());
    if (in.at("form").get<std::string>() != kForm) return absl::InternalError("not a verdict");
    v1::Verdict out;
    out.set_name(in.at("name").get<std::string>());
    out.set_abstraction(in.at("abstraction").get<std::string>());
    out.set_object_digest(Unhex(in.at("object_digest")));
    out.set_policy(in.at("policy").get<std::string>());
    out.set_policy_version(in.at("policy_version").get<int32_t>());
    out.set_policy_digest(Unhex(in.at("policy_digest")));
    out.set_recipe(in.at("recipe").get<std::string>());
    out.set_recipe_version(in.at("recipe_version").get<int32_t>());
    out.set_recipe_digest(Unhex(in.at("recipe_digest")));
    out.set_engine_version(in.at("engine_version").get<std::string>());
    DecodeFigures(in.at("figures"), out.mutable_figures());
    for (const json& tier : in.at("tiers")) DecodeTier(tier, out.add_tiers());
    absl::Time time;
    if (!absl::ParseTime(absl::RFC3339_full, in.at("create_time").get<std::string>(), &time,
                         nullptr)) {
      return absl::InternalError("the verdict has no time");
    }
    const int64_t micros = absl::ToUnixMicros(time);
    out.mutable_create_time()->set_seconds(micros / 1000000);
    out.mutable_create_time()->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
    out.set_document(std::string(document));
    return out;
  } catch (const json::exception&) {
    return absl::InternalError("the stored verdict is not readable");
  }
}

}  // namespace oboro::verification

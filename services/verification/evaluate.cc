#include "services/verification/evaluate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace oboro::verification {
namespace {

using platform::RuleKind;

std::vector<std::string> Chosen(const std::vector<std::string>& named,
                                const abstraction::v1::Abstraction& about,
                                abstraction::v1::ColumnKind own) {
  std::vector<std::string> chosen;
  for (const auto& column : about.columns()) {
    if (column.kind() == abstraction::v1::COLUMN_KIND_LINK_NUMBER) continue;
    if (std::find(named.begin(), named.end(), column.name()) != named.end()) {
      chosen.push_back(column.name());
    }
  }
  if (!chosen.empty()) return chosen;
  for (const auto& column : about.columns()) {
    if (column.kind() == own) chosen.push_back(column.name());
  }
  return chosen;
}

v1::Outcome Failed(platform::RuleAction action) {
  return action == platform::RuleAction::kWarn ? v1::OUTCOME_WARN : v1::OUTCOME_REFUSE;
}

void Set(v1::RuleResult* out, bool met, const platform::PolicyRule& rule, std::string threshold,
         std::string measured, std::string met_ja, std::string mend_ja) {
  out->set_rule(std::string(platform::RuleName(rule.kind)));
  out->set_threshold(std::move(threshold));
  out->set_measured(std::move(measured));
  out->set_outcome(met ? v1::OUTCOME_PASS : Failed(rule.action));
  out->set_message(met ? std::move(met_ja) : std::move(mend_ja));
}

int64_t RecordsBelow(const MeasuredClasses& classes, int64_t k) {
  int64_t records = 0;
  for (const auto& [size, count] : classes.histogram) {
    if (size < k) records += size * count;
  }
  return records;
}

void EvaluateIdentifiers(const platform::Policy& policy, const platform::PolicyRule& rule,
                         const Measured& measured, v1::RuleResult* out) {
  std::vector<std::string> found;
  for (const MeasuredColumn& column : measured.columns) {
    const bool named = std::find(policy.identifier_columns.begin(), policy.identifier_columns.end(),
                                 column.name) != policy.identifier_columns.end();
    if (named) {
      found.push_back(absl::StrCat(column.name, " (NAMED)"));
    } else if (!column.identifier.empty()) {
      found.push_back(absl::StrCat(column.name, " (", column.identifier, ")"));
    }
  }
  const std::string list = absl::StrJoin(found, ", ");
  Set(out, found.empty(), rule, "0 columns",
      found.empty() ? "0 columns" : absl::StrCat(found.size(), " columns: ", list),
      "直接識別子の列はありません。",
      absl::StrCat("個人を直接識別する列があります: ", list,
                   "。レシピで削除するか、連結番号に置き換えてください。"));
}

void EvaluateDates(const platform::PolicyRule& rule, const Measured& measured,
                   v1::RuleResult* out) {
  std::vector<std::string> found;
  for (const MeasuredColumn& column : measured.columns) {
    if (column.exact_dates) found.push_back(column.name);
  }
  const std::string list = absl::StrJoin(found, ", ");
  Set(out, found.empty(), rule, "0 columns",
      found.empty() ? "0 columns" : absl::StrCat(found.size(), " columns: ", list),
      "日までの日付の列はありません。",
      absl::StrCat("日までの日付の列があります: ", list,
                   "。レシピで年月または年齢階級に置き換えてください。"));
}

void EvaluateDiversity(const platform::PolicyRule& rule, const MeasuredClasses& classes,
                       v1::RuleResult* out) {
  const std::pair<std::string, int64_t>* worst = nullptr;
  for (const auto& entry : classes.distinct_l) {
    if (worst == nullptr || entry.second < worst->second) worst = &entry;
  }
  const bool met = worst == nullptr || worst->second >= rule.threshold;
  Set(out, met, rule, absl::StrCat("l >= ", rule.threshold),
      worst == nullptr ? "no sensitive columns"
                       : absl::StrCat("l = ", worst->second, " (", worst->first, ")"),
      "要配慮の列は各組で十分に多様です。",
      absl::StrCat("列 ", worst == nullptr ? "" : worst->first,
                   " の値が一つに定まる組があります。準識別子をより粗くしてください。"));
}

void EvaluateRule(const platform::Policy& policy, const platform::PolicyRule& rule,
                  const MeasuredClasses& classes, const Measured& measured, v1::RuleResult* out) {
  switch (rule.kind) {
    case RuleKind::kKAnonymity: {
      // No record, no risk: an empty abstraction meets any k.
      const bool met = measured.records == 0 || classes.k >= rule.threshold;
      Set(out, met, rule, absl::StrCat("k >= ", rule.threshold),
          absl::StrCat("k = ", classes.k, ", ", RecordsBelow(classes, rule.threshold),
                       " records below"),
          absl::StrCat("どの組にも ", rule.threshold, " 件以上あります。"),
          absl::StrCat(rule.threshold, " 件未満の組に ", RecordsBelow(classes, rule.threshold),
                       " 件のレコードがあります。年齢階級・地域などをより粗くしてください。"));
      return;
    }
    case RuleKind::kUniques:
      Set(out, classes.uniques <= rule.threshold, rule, absl::StrCat("uniques <= ", rule.threshold),
          absl::StrCat("uniques = ", classes.uniques), "一意のレコードは許容数以内です。",
          absl::StrCat("一意のレコードが ", classes.uniques,
                       " 件あります。準識別子をより粗くしてください。"));
      return;
    case RuleKind::kDistinctL:
      return EvaluateDiversity(rule, classes, out);
    case RuleKind::kDirectIdentifier:
      return EvaluateIdentifiers(policy, rule, measured, out);
    case RuleKind::kExactBirthDate:
      return EvaluateDates(rule, measured, out);
  }
}

void EvaluatePopulation(const platform::TableRules& tables, int64_t population,
                        v1::RuleResult* out) {
  const platform::PopulationClass& in = platform::ClassFor(tables, population);
  out->set_rule("POPULATION_CLASS");
  out->set_measured(absl::StrCat("population = ", population));
  if (in.counts_allowed) {
    out->set_threshold(absl::StrCat("counts 1-", in.never_shown_max, " never shown"));
    out->set_outcome(v1::OUTCOME_PASS);
    out->set_message(absl::StrCat("1～", in.never_shown_max, " の件数は表示しません。"));
  } else {
    out->set_threshold("no counts of persons");
    out->set_outcome(v1::OUTCOME_REFUSE);
    out->set_message("この人口規模の市町村では、人数の統計を出せません。");
  }
}

v1::Tier ToProto(platform::Tier tier) {
  switch (tier) {
    case platform::Tier::kInternal:
      return v1::TIER_INTERNAL;
    case platform::Tier::kJoint:
      return v1::TIER_JOINT;
    case platform::Tier::kPublic:
      return v1::TIER_PUBLIC;
  }
  return v1::TIER_UNSPECIFIED;
}

int64_t KOf(const platform::TierPolicy& tier) {
  int64_t k = 0;
  for (const platform::PolicyRule& rule : tier.rules) {
    if (rule.kind == RuleKind::kKAnonymity) k = std::max(k, rule.threshold);
  }
  return k;
}

void Fill(const MeasuredCombination& from, v1::Combination* out) {
  for (const std::string& name : from.columns) out->add_columns(name);
  out->set_classes(from.classes);
  out->set_uniques(from.uniques);
  out->set_records_below_k(from.below);
}

std::vector<MeasuredCombination> ParseCombinations(const nlohmann::json& in) {
  std::vector<MeasuredCombination> out;
  for (const nlohmann::json& one : in) {
    out.push_back({one.at("columns").get<std::vector<std::string>>(),
                   one.at("classes").get<int64_t>(), one.at("uniques").get<int64_t>(),
                   one.at("below").get<int64_t>()});
  }
  return out;
}

void FillFigures(const platform::Policy& policy, const std::vector<MeasurePlan>& plans,
                 const Measured& measured, v1::Figures* out) {
  out->set_records(measured.records);
  for (size_t i = 0; i < policy.tiers.size(); ++i) {
    out->add_records_below_k(RecordsBelow(measured.classes[i], KOf(policy.tiers[i])));
  }
  if (policy.tiers.empty()) return;
  const MeasuredClasses& first = measured.classes[0];
  out->set_classes(first.classes);
  out->set_k(first.k);
  out->set_uniques(first.uniques);
  for (const auto& [size, classes] : first.histogram) {
    v1::ClassSize* added = out->add_histogram();
    added->set_size(size);
    added->set_classes(classes);
  }
  for (const auto& [column, l] : first.distinct_l) {
    v1::Diversity* added = out->add_diversities();
    added->set_column(column);
    added->set_distinct_l(l);
  }
  for (const std::string& name : plans[0].quasi_identifiers) out->add_quasi_identifiers(name);
  out->set_combinations_k(LargestK(policy));
  for (const auto& one : measured.worst) Fill(one, out->add_combinations());
  for (const auto& one : measured.without) Fill(one, out->add_without());
}

}  // namespace

int64_t LargestK(const platform::Policy& policy) {
  int64_t k = 0;
  for (const platform::TierPolicy& tier : policy.tiers) k = std::max(k, KOf(tier));
  return k;
}

MeasurePlan PlanFor(const platform::TierPolicy& tier, const abstraction::v1::Abstraction& about) {
  MeasurePlan plan;
  plan.quasi_identifiers =
      Chosen(tier.quasi_identifiers, about, abstraction::v1::COLUMN_KIND_QUASI_IDENTIFIER);
  for (std::string& name : Chosen(tier.sensitive, about, abstraction::v1::COLUMN_KIND_SENSITIVE)) {
    // What is known already cannot be learnt.
    if (std::find(plan.quasi_identifiers.begin(), plan.quasi_identifiers.end(), name) ==
        plan.quasi_identifiers.end()) {
      plan.sensitive.push_back(std::move(name));
    }
  }
  return plan;
}

absl::StatusOr<Measured> ParseMeasured(const std::string& json, size_t measures) {
  // The child has worked on hostile data: any shape but the agreed one is an error of ours.
  try {
    const nlohmann::json parsed = nlohmann::json::parse(json);
    Measured out;
    out.records = parsed.at("records").get<int64_t>();
    for (const nlohmann::json& column : parsed.at("columns")) {
      out.columns.push_back({column.at("name").get<std::string>(),
                             column.at("identifier").get<std::string>(),
                             column.at("exact_dates").get<bool>()});
    }
    for (const nlohmann::json& measure : parsed.at("measures")) {
      MeasuredClasses classes;
      classes.classes = measure.at("classes").get<int64_t>();
      classes.k = measure.at("k").get<int64_t>();
      classes.uniques = measure.at("uniques").get<int64_t>();
      classes.histogram = measure.at("histogram").get<std::vector<std::pair<int64_t, int64_t>>>();
      classes.distinct_l =
          measure.at("distinct_l").get<std::vector<std::pair<std::string, int64_t>>>();
      out.classes.push_back(std::move(classes));
    }
    out.worst = ParseCombinations(parsed.at("combinations").at("worst"));
    out.without = ParseCombinations(parsed.at("combinations").at("without"));
    if (out.classes.size() != measures) return absl::InternalError("measures are missing");
    return out;
  } catch (const nlohmann::json::exception&) {
    return absl::InternalError("verification.run answered no figures");
  }
}

void Evaluate(const platform::Policy& policy, const std::vector<MeasurePlan>& plans,
              const Measured& measured, int64_t population, v1::Verdict* verdict) {
  FillFigures(policy, plans, measured, verdict->mutable_figures());
  for (size_t i = 0; i < policy.tiers.size(); ++i) {
    const platform::TierPolicy& tier = policy.tiers[i];
    v1::TierOutcome* out = verdict->add_tiers();
    out->set_tier(ToProto(tier.tier));
    for (const platform::PolicyRule& rule : tier.rules) {
      EvaluateRule(policy, rule, measured.classes[i], measured, out->add_rules());
    }
    EvaluatePopulation(tier.tables, population, out->add_rules());
    v1::Outcome gravest = v1::OUTCOME_PASS;
    for (const v1::RuleResult& rule : out->rules()) gravest = std::max(gravest, rule.outcome());
    out->set_outcome(gravest);
  }
}

}  // namespace oboro::verification

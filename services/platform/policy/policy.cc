#include "services/platform/policy/policy.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr size_t kMaxBytes = 256 << 10;
constexpr size_t kMaxNames = 200;

struct RuleEntry {
  RuleKind kind;
  const char* name;
  const char* bound;  // Key of the threshold, or null.
};
constexpr std::array<RuleEntry, 5> kRules = {{
    {RuleKind::kKAnonymity, "K_ANONYMITY", "at_least"},
    {RuleKind::kUniques, "UNIQUES", "at_most"},
    {RuleKind::kDistinctL, "DISTINCT_L", "at_least"},
    {RuleKind::kDirectIdentifier, "DIRECT_IDENTIFIER", nullptr},
    {RuleKind::kExactBirthDate, "EXACT_BIRTH_DATE", nullptr},
}};
constexpr std::array<std::pair<Tier, const char*>, 3> kTiers = {
    {{Tier::kInternal, "internal"}, {Tier::kJoint, "joint"}, {Tier::kPublic, "public"}}};

absl::Status Invalid(const YAML::Node& node, absl::string_view what) {
  const int line = node.IsDefined() ? node.Mark().line + 1 : 0;
  const std::string where = line > 0 ? absl::StrCat("line ", line, ": ") : "";
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"POLICY_INVALID",
                        absl::StrCat("policy ", where, what, " (docs/policies.md)"),
                        absl::StrCat("方針の文書に誤りがあります: ", where, what),
                        {{"line", absl::StrCat(line)}}});
}

absl::Status CheckKeys(const YAML::Node& map, std::initializer_list<const char*> allowed) {
  if (!map.IsMap()) return Invalid(map, "a mapping is expected here");
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = entry.first.as<std::string>();
    if (std::find_if(allowed.begin(), allowed.end(), [&](const char* a) { return key == a; }) ==
        allowed.end()) {
      return Invalid(entry.first, absl::StrCat("unknown key ", key,
                                               "; known here: ", absl::StrJoin(allowed, ", ")));
    }
    if (!seen.insert(key).second) return Invalid(entry.first, absl::StrCat("key ", key, " twice"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Integer(const YAML::Node& node, absl::string_view key, int64_t least) {
  if (!node.IsDefined() || !node.IsScalar()) {
    return Invalid(node, absl::StrCat(key, " is missing; it must be a whole number"));
  }
  int64_t value = 0;
  if (!YAML::convert<int64_t>::decode(node, value) || value < least || value > 1'000'000'000) {
    return Invalid(node, absl::StrCat(key, " must be a whole number from ", least));
  }
  return value;
}

absl::StatusOr<std::vector<std::string>> Names(const YAML::Node& node, absl::string_view key) {
  std::vector<std::string> names;
  if (!node.IsDefined()) return names;
  if (!node.IsSequence() || node.size() > kMaxNames) {
    return Invalid(node, absl::StrCat(key, " must be a list of at most ", kMaxNames, " columns"));
  }
  for (const YAML::Node& item : node) {
    if (!item.IsScalar() || item.Scalar().empty()) {
      return Invalid(item, absl::StrCat(key, " must hold column names"));
    }
    if (std::find(names.begin(), names.end(), item.Scalar()) != names.end()) {
      return Invalid(item, absl::StrCat("column ", item.Scalar(), " stands twice in ", key));
    }
    names.push_back(item.Scalar());
  }
  return names;
}

absl::StatusOr<PolicyRule> Rule(const YAML::Node& node) {
  RETURN_IF_ERROR(CheckKeys(node, {"rule", "at_least", "at_most", "action"}));
  if (!node["rule"] || !node["action"]) return Invalid(node, "a rule needs `rule` and `action`");
  const std::string name = node["rule"].as<std::string>();
  const auto entry = std::find_if(kRules.begin(), kRules.end(),
                                  [&](const RuleEntry& e) { return name == e.name; });
  if (entry == kRules.end()) return Invalid(node, absl::StrCat("no such rule: ", name));
  PolicyRule rule;
  rule.kind = entry->kind;
  for (const char* bound : {"at_least", "at_most"}) {
    const bool wanted = entry->bound != nullptr && std::string(bound) == entry->bound;
    if (wanted) {
      ASSIGN_OR_RETURN(rule.threshold, Integer(node[bound], bound, bound[3] == 'l' ? 1 : 0));
    } else if (node[bound]) {
      return Invalid(node[bound], absl::StrCat(name, " takes no ", bound));
    }
  }
  const std::string action = node["action"].as<std::string>();
  if (action != "WARN" && action != "REFUSE") {
    return Invalid(node["action"], "action must be WARN or REFUSE");
  }
  rule.action = action == "WARN" ? RuleAction::kWarn : RuleAction::kRefuse;
  return rule;
}

absl::StatusOr<PopulationClass> Class(const YAML::Node& node) {
  RETURN_IF_ERROR(CheckKeys(node, {"population_at_least", "counts", "never_shown_up_to"}));
  PopulationClass out;
  ASSIGN_OR_RETURN(out.min_population,
                   Integer(node["population_at_least"], "population_at_least", 0));
  if (node["counts"]) out.counts_allowed = node["counts"].as<bool>();
  if (out.counts_allowed) {
    ASSIGN_OR_RETURN(out.never_shown_max,
                     Integer(node["never_shown_up_to"], "never_shown_up_to", 0));
  }
  return out;
}

absl::StatusOr<AmountTableRules> Amounts(const YAML::Node& node) {
  RETURN_IF_ERROR(CheckKeys(node, {"p_percent", "dominance_n", "dominance_k", "min_contributors"}));
  AmountTableRules out;
  for (const auto& [key, to] : std::initializer_list<std::pair<const char*, int64_t*>>{
           {"p_percent", &out.p_percent},
           {"dominance_n", &out.dominance_n},
           {"dominance_k", &out.dominance_k},
           {"min_contributors", &out.min_contributors}}) {
    if (!node[key]) continue;
    ASSIGN_OR_RETURN(*to, Integer(node[key], key, 1));
  }
  if (out.p_percent == 0 && out.dominance_n == 0) {
    return Invalid(node, "amounts needs p_percent, or dominance_n with dominance_k");
  }
  if (out.p_percent > 100 || out.dominance_k > 100 || out.dominance_n > 8 ||
      (out.dominance_n == 0) != (out.dominance_k == 0)) {
    return Invalid(node, "p_percent and dominance_k are at most 100, dominance_n at most 8");
  }
  return out;
}

absl::StatusOr<TableRules> Tables(const YAML::Node& node, const YAML::Node& tier) {
  if (!node.IsDefined()) return Invalid(tier, "a tier needs `tables`");
  RETURN_IF_ERROR(CheckKeys(
      node, {"persons", "establishments_never_shown_up_to", "zeros", "amounts", "flow_bound"}));
  TableRules out;
  if (!node["persons"] || !node["persons"].IsSequence() || node["persons"].size() == 0) {
    return Invalid(node, "tables needs `persons`, a list of population classes");
  }
  for (const YAML::Node& item : node["persons"]) {
    ASSIGN_OR_RETURN(const PopulationClass next, Class(item));
    if (out.persons.empty() ? next.min_population != 0
                            : next.min_population <= out.persons.back().min_population) {
      return Invalid(item, "population classes must begin at 0 and ascend");
    }
    out.persons.push_back(next);
  }
  ASSIGN_OR_RETURN(
      out.establishments_never_shown_max,
      Integer(node["establishments_never_shown_up_to"], "establishments_never_shown_up_to", 0));
  const std::string zeros = node["zeros"] ? node["zeros"].as<std::string>() : "shown";
  if (zeros != "shown" && zeros != "protected") {
    return Invalid(node["zeros"], "zeros must be shown or protected");
  }
  out.zeros = zeros == "shown" ? Zeros::kShown : Zeros::kProtected;
  if (node["amounts"]) {
    ASSIGN_OR_RETURN(out.amounts, Amounts(node["amounts"]));
  }
  if (node["flow_bound"]) {
    ASSIGN_OR_RETURN(out.flow_bound, Integer(node["flow_bound"], "flow_bound", 0));
  }
  return out;
}

absl::StatusOr<TierPolicy> OneTier(Tier tier, const YAML::Node& node) {
  RETURN_IF_ERROR(CheckKeys(node, {"quasi_identifiers", "sensitive", "rules", "tables"}));
  TierPolicy out;
  out.tier = tier;
  ASSIGN_OR_RETURN(out.quasi_identifiers, Names(node["quasi_identifiers"], "quasi_identifiers"));
  ASSIGN_OR_RETURN(out.sensitive, Names(node["sensitive"], "sensitive"));
  if (!node["rules"] || !node["rules"].IsSequence()) {
    return Invalid(node, "a tier needs `rules`, a list");
  }
  for (const YAML::Node& item : node["rules"]) {
    ASSIGN_OR_RETURN(PolicyRule rule, Rule(item));
    out.rules.push_back(rule);
  }
  ASSIGN_OR_RETURN(out.tables, Tables(node["tables"], node));
  return out;
}

absl::StatusOr<Policy> FromRoot(const YAML::Node& root) {
  RETURN_IF_ERROR(CheckKeys(root, {"policy", "title", "identifier_columns", "tiers"}));
  if (!root["policy"] || root["policy"].as<std::string>() != "oboro/1") {
    return Invalid(root, "the document must begin with `policy: oboro/1`");
  }
  Policy policy;
  if (!root["title"] || root["title"].as<std::string>().empty()) {
    return Invalid(root, "`title` is missing");
  }
  policy.title = root["title"].as<std::string>();
  ASSIGN_OR_RETURN(policy.identifier_columns,
                   Names(root["identifier_columns"], "identifier_columns"));
  const YAML::Node tiers = root["tiers"];
  if (!tiers || !tiers.IsMap() || tiers.size() == 0) return Invalid(root, "`tiers` is missing");
  RETURN_IF_ERROR(CheckKeys(tiers, {"internal", "joint", "public"}));
  for (const auto& [tier, name] : kTiers) {
    if (!tiers[name]) continue;
    ASSIGN_OR_RETURN(TierPolicy parsed, OneTier(tier, tiers[name]));
    policy.tiers.push_back(std::move(parsed));
  }
  return policy;
}

}  // namespace

absl::string_view TierName(Tier tier) {
  switch (tier) {
    case Tier::kInternal:
      return "INTERNAL";
    case Tier::kJoint:
      return "JOINT";
    case Tier::kPublic:
      return "PUBLIC";
  }
  return "";
}

absl::string_view RuleName(RuleKind kind) {
  for (const RuleEntry& entry : kRules) {
    if (entry.kind == kind) return entry.name;
  }
  return "";
}

const TierPolicy* Policy::Find(Tier tier) const {
  for (const TierPolicy& candidate : tiers) {
    if (candidate.tier == tier) return &candidate;
  }
  return nullptr;
}

const PopulationClass& ClassFor(const TableRules& tables, int64_t population) {
  const PopulationClass* found = &tables.persons.front();
  for (const PopulationClass& candidate : tables.persons) {
    if (population >= candidate.min_population) found = &candidate;
  }
  return *found;
}

absl::StatusOr<Policy> ParsePolicy(absl::string_view yaml) {
  if (yaml.size() > kMaxBytes) return Invalid(YAML::Node(), "the document exceeds 256 KiB");
  // yaml-cpp throws; an alias can only repeat what the size limit has bounded.
  try {
    return FromRoot(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& e) {
    return ReasonedError(absl::StatusCode::kInvalidArgument,
                         {"POLICY_INVALID",
                          absl::StrCat("policy line ", e.mark.line + 1, ": ", e.msg),
                          absl::StrCat("方針の文書を読めません: ", e.mark.line + 1, "行目"),
                          {{"line", absl::StrCat(e.mark.line + 1)}}});
  }
}

}  // namespace oboro::platform

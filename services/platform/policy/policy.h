#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// What may leave, per tier (design.md 2). Every number is data of the document (docs/policies.md);
// there is none in code.
namespace oboro::platform {

enum class Tier { kInternal, kJoint, kPublic };
// "INTERNAL", "JOINT" or "PUBLIC".
absl::string_view TierName(Tier tier);

// What follows when a rule is not met.
enum class RuleAction { kWarn, kRefuse };

// What a rule compares.
enum class RuleKind {
  kKAnonymity,        // K_ANONYMITY: smallest class at least `threshold`.
  kUniques,           // UNIQUES: records alone in their class at most `threshold`.
  kDistinctL,         // DISTINCT_L: of every sensitive attribute at least `threshold`.
  kDirectIdentifier,  // DIRECT_IDENTIFIER: no column that names a person by itself.
  kExactBirthDate,    // EXACT_BIRTH_DATE: no column with dates to the day.
};
// "K_ANONYMITY" ...
absl::string_view RuleName(RuleKind kind);

struct PolicyRule {
  RuleKind kind;
  int64_t threshold = 0;  // 0 for the two rules without one.
  RuleAction action = RuleAction::kRefuse;
};

// What holds for municipalities of at least this many people, up to the next class.
struct PopulationClass {
  int64_t min_population = 0;
  bool counts_allowed = true;   // False: no counts of persons leave at all.
  int64_t never_shown_max = 0;  // Counts 1 .. this are never shown.
};

enum class Zeros { kShown, kProtected };

// What makes an amount of a cell safe to show (docs/policies.md); a rule with 0 is off.
struct AmountTableRules {
  int64_t p_percent = 0;
  int64_t dominance_n = 0, dominance_k = 0;
  int64_t min_contributors = 0;
};

// How tables are protected in a tier.
struct TableRules {
  std::vector<PopulationClass> persons;  // Ascending; the first begins at 0.
  int64_t establishments_never_shown_max = 0;
  Zeros zeros = Zeros::kShown;
  std::optional<AmountTableRules> amounts;  // None: no amounts leave.
  // How far an attacker may assume a cell to change from one reference date to the next; none:
  // he assumes nothing, so that dates are not attacked together.
  std::optional<int64_t> flow_bound;
};

struct TierPolicy {
  Tier tier;
  // Columns that someone may know of a person. Those that an abstraction lacks do not count; when
  // none is left, or the list is empty, the recipe's own quasi-identifiers are taken.
  std::vector<std::string> quasi_identifiers;
  // Columns of which DISTINCT_L asks; likewise.
  std::vector<std::string> sensitive;
  std::vector<PolicyRule> rules;
  TableRules tables;
};

struct Policy {
  std::string title;
  // Columns that no abstraction may have, whatever their values (DIRECT_IDENTIFIER).
  std::vector<std::string> identifier_columns;
  std::vector<TierPolicy> tiers;  // In the order of Tier; at most one each.

  // Null when the policy says nothing about the tier: then nothing may reach it.
  const TierPolicy* Find(Tier tier) const;
};

// The class of a municipality with `population` people.
const PopulationClass& ClassFor(const TableRules& tables, int64_t population);

// Parses the document. INVALID_ARGUMENT, reason POLICY_INVALID, with line and remedy for anything
// that docs/policies.md does not allow: unknown keys, missing thresholds, classes out of order.
absl::StatusOr<Policy> ParsePolicy(absl::string_view yaml);

}  // namespace oboro::platform

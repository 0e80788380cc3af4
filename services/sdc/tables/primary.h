// Primary suppression: which cells of a table are sensitive, by which rule, and what must therefore
// stay possible for the attacker. All numbers are data of a policy.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

struct TablePolicy;

// A least number of distinct units behind a cell: households, holdings, establishments (< 3:
// 経済センサス practice and 匿名介護情報等の提供に関するガイドライン). A cell with 0 < units <
// minimum is sensitive; at level P its highest consistent value must leave room for the units that
// it lacks, each of which brings at least one more.
struct UnitRule {
  std::string name;
  std::vector<int64_t> units;  // one a cell: TabulateDistinct
  int64_t minimum = 0;
};

// How many cells a rule made sensitive (a cell may be hit by several): numbers only.
struct RuleHit {
  std::string rule;
  int64_t cells = 0;
  bool operator==(const RuleHit&) const = default;
};

// Notes one more cell under a rule; rules stay in the order of their first hit.
void CountHit(std::string_view rule, std::vector<RuleHit>* hits);

// Error: InvalidArgument if a rule has other numbers of units than the table has cells.
absl::Status CheckUnitRules(std::span<const UnitRule> rules, size_t cells);

// How many units the cell lacks, by the rule that asks most; 0: none. Notes every rule hit.
int64_t MissingUnits(std::span<const UnitRule> rules, CellId cell, std::vector<RuleHit>* hits);

// Attribute disclosure: who is known to belong to a margin is known to have an attribute.
// all in one (100 %): a group of a dimension has all its people in one of at least two categories.
// That cell may be less while its margin is what it is: somebody may be elsewhere.
// all but zero: nobody of a margin with people is in a category. That zero must be able to be 1.
// Both for the dimensions that the policy names. Source: Hundepool et al. 2012, section 5.2 (group
// disclosure); 個人情報 practice of l-diversity for tables.
struct AttributeRules {
  std::vector<size_t> all_in_one;    // dimensions of the grid
  std::vector<size_t> all_but_zero;  // likewise
};

// Marks the primaries of a table of counts in `problem` (whose grid, values, statuses are set) and
// adds their targets. Errors: InvalidArgument for a policy that does not fit the table.
absl::Status MarkPrimaries(const TablePolicy& policy, SuppressionProblem* problem,
                           std::vector<RuleHit>* hits);

}  // namespace oboro::sdc

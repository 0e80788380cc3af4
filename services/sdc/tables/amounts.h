// Tables of amounts (tax, income, premiums): who contributes what, and the rules that follow.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {

// The contributions to one cell, by contributor (a person, a household, a holding).
struct CellContributions {
  std::vector<int64_t> largest;  // descending, at most as many as asked for
  int64_t contributors = 0;
  int64_t sole = -1;  // the contributor, where there is exactly one
  int64_t lead = -1;  // the contributor of the largest part
};

struct AmountTable {
  std::vector<int64_t> values;  // sums, additive
  std::vector<CellContributions> cells;
};

// Sums amounts (>= 0, whole units) and keeps the `keep` largest contributors of every cell, margins
// included: two rows of one contributor count as one contribution wherever both fall into the cell.
// contributors: one a row, or empty if every row is a contributor of its own.
// O(rows x margins over a cell). Errors: as TabulateSums; InvalidArgument for a negative amount.
absl::StatusOr<AmountTable> TabulateAmounts(const Grid& grid, std::span<const CodeSpan> columns,
                                            std::span<const int64_t> amounts,
                                            std::span<const uint32_t> contributors, size_t keep,
                                            const TabulateOptions& options = {});

// Rules of sensitivity. x1 >= x2 >= ... are the contributions of a cell, T its total, and
// R = T - x1 - x2. A rule with 0 is off.
struct AmountPolicy {
  // p %: unsafe if R < p/100 x1, for then the second contributor estimates x1 to within p %.
  int64_t p_percent = 0;
  // p/q: as p %, for an attacker who knows every contribution to within q % beforehand: unsafe if
  // q R < p x1. 0 stands for 100.
  int64_t q_percent = 0;
  // (n, k) dominance: unsafe if x1 + ... + xn > k/100 T.
  int64_t dominance_n = 0, dominance_k = 0;
  int64_t min_contributors = 0;
  std::vector<UnitRule> units;  // minimum households, holdings, establishments
  ProtectionLevel level = ProtectionLevel::kP;
  CostKind cost = CostKind::kCells;
  std::vector<int64_t> given_cost;
  std::vector<uint8_t> shown;           // as in TablePolicy
  bool singletons = true;               // a sole contributor is an attacker who knows the cell
  std::vector<CellId> protected_cells;  // never suppressed as a secondary
  std::vector<CellId> preferred_cells;  // suppressed rather than others
  uint64_t work_limit = 0;
};

struct Sensitivity {
  bool primary = false;
  // How far the highest and lowest consistent values must be from T for the rule to hold of what
  // can be estimated from them: the shortfall of the rule, at least 1.
  int64_t up = 0, down = 0;
  std::vector<const char*> rules;  // that hit
};

// Exact in whole numbers. Source of the formulas: Hundepool et al., Statistical Disclosure Control
// (2012), chapter 4, re-derived in docs/methods.md.
Sensitivity JudgeCell(const CellContributions& cell, int64_t total, const AmountPolicy& policy);

// Errors: InvalidArgument for sizes, negative values or a table that is not additive.
absl::StatusOr<ProtectedTable> ProtectAmounts(const Grid& grid, const AmountTable& table,
                                              const AmountPolicy& policy);

}  // namespace oboro::sdc

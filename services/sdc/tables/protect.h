// Protecting a table of counts: the entry point for the aggregation service and the CLI.
//
//   auto dims  = Dimension::Hierarchical("age", leaves, levels) ...   dimension.h
//   auto grid  = Grid::Make({town, age, sex});                        grid.h
//   auto count = TabulateCounts(*grid, columns);                      tabulate.h
//   TablePolicy policy; policy.min_count = 10;
//   auto table = ProtectCounts(*grid, *count, policy);
//   if (!table->safe()) refuse; else store (*count)[c] where table->statuses[c] is kValue.
//
// Cells are addressed by CellId = Grid::cell(nodes); Grid::node(cell, d) and Dimension::label()
// lead back to labels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/primary.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

// Level R: no suppressed value is certain. Level P: moreover the highest consistent value of every
// primary reaches the threshold (docs/methods.md).
enum class ProtectionLevel : uint8_t { kR, kP };

// kOpen: a zero may be shown; one may also be suppressed where it protects others more cheaply, so
// that the attacker knows no more of a suppressed count than that it is at least 0.
// kShown: zeros are always shown, and he takes every suppressed count as at least 1 (dearer).
// kProtected: a zero is as sensitive as any count below the minimum.
enum class ZeroPolicy : uint8_t { kOpen, kShown, kProtected };

enum class CostKind : uint8_t { kCells, kValues, kGiven };

struct TablePolicy {
  int64_t min_count = 10;  // counts below it are never shown; from the policy, never a constant
  // One a cell, in place of min_count: each tenant's own in a joint table. Empty: none.
  std::vector<int64_t> given_min_count;
  std::vector<UnitRule> units;  // minimum households, holdings, establishments
  AttributeRules attributes;    // all in one cell, all but zero
  ZeroPolicy zeros = ZeroPolicy::kOpen;
  ProtectionLevel level = ProtectionLevel::kP;
  CostKind cost = CostKind::kCells;
  std::vector<int64_t> given_cost;      // for kGiven: one a cell, at least 1
  std::vector<CellId> protected_cells;  // never suppressed as a secondary
  std::vector<CellId> preferred_cells;  // suppressed rather than others
  std::vector<CellId> extra_primary;    // sensitive by another rule (not certain: level R)
  std::vector<Target> given_targets;    // sensitive, with what must stay possible at level P
  // Linked tables over one set of cells: 1 for the cells that any of them shows. Small finest
  // counts that none shows must not follow from those that are shown either. Empty: all are shown.
  std::vector<uint8_t> shown;
  std::vector<std::vector<CellId>> insiders;  // see SuppressionProblem
  uint64_t work_limit = 0;                    // see SuppressionProblem
};

struct ProtectedTable {
  std::vector<CellStatus> statuses;
  std::vector<ProvenTarget> proofs;  // inside only: a witness for each primary, checked
  std::vector<Target> exposed;       // primaries without a witness: the table must not leave
  std::vector<RuleHit> rules;        // how many cells each rule made sensitive
  int64_t primary = 0, secondary = 0;
  int64_t suppressed_value = 0;  // sum over suppressed finest cells
  int64_t min_width = 0;         // least (highest - lowest) witnessed over suppressed cells
  uint64_t work = 0;

  bool safe() const { return exposed.empty(); }
};

// What the attacker knows of every cell before he sees the table: it is at least 0, or at least 1
// where it is not 0 and every zero is shown.
CellBounds KnownBounds(std::span<const int64_t> values, ZeroPolicy zeros);

// Marks the primaries of `policy`, suppresses secondaries and proves the result: every proof has
// passed CheckWitness, and every suppressed cell is changed by one of them.
// Errors: InvalidArgument if `values` has the wrong size, is negative or is not additive.
absl::StatusOr<ProtectedTable> ProtectCounts(const Grid& grid, std::span<const int64_t> values,
                                             const TablePolicy& policy);

// A protection method, so that rounding, cell keys or merging can stand beside suppression: each
// brings its own pass rule.
class ProtectionMethod {
 public:
  virtual ~ProtectionMethod() = default;
  virtual const char* name() const = 0;
  virtual absl::StatusOr<ProtectedTable> Protect(const Grid& grid, std::span<const int64_t> values,
                                                 const TablePolicy& policy) const = 0;
};

class SuppressionMethod final : public ProtectionMethod {
 public:
  const char* name() const override { return "suppression"; }
  absl::StatusOr<ProtectedTable> Protect(const Grid& grid, std::span<const int64_t> values,
                                         const TablePolicy& policy) const override {
    return ProtectCounts(grid, values, policy);
  }
};

}  // namespace oboro::sdc

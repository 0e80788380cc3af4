#include "services/sdc/tables/protect.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/canonical.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {
namespace {

// One more suppressed cell outweighs any difference in value between candidates.
constexpr int64_t kCellCost = int64_t{1} << 24;

absl::Status CheckInput(const Grid& grid, std::span<const int64_t> values,
                        const TablePolicy& policy) {
  if (values.size() != grid.cell_count()) {
    return absl::InvalidArgumentError(absl::StrCat("the table has ", grid.cell_count(),
                                                   " cells, but ", values.size(), " values"));
  }
  if (policy.min_count < 1) return absl::InvalidArgumentError("min_count must be at least 1");
  if (policy.cost == CostKind::kGiven && policy.given_cost.size() != values.size()) {
    return absl::InvalidArgumentError("a given cost must be given for every cell");
  }
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (values[c] < 0) return absl::InvalidArgumentError(absl::StrCat("cell ", c, " is negative"));
  }
  if (!IsAdditive(grid, values)) {
    return absl::InvalidArgumentError(
        "the table is not additive: a margin differs from the sum of its cells");
  }
  return absl::OkStatus();
}

int64_t CostOf(const TablePolicy& policy, CellId cell, int64_t value) {
  const bool zero = value == 0 && policy.zeros != ZeroPolicy::kProtected;
  if (zero && policy.zeros == ZeroPolicy::kShown) return kFixedCell;
  switch (policy.cost) {
    case CostKind::kCells:
      // An open zero is dearer: it often is impossible by nature, and then protects little.
      return zero ? 3 * kCellCost : kCellCost;
    case CostKind::kValues:
      return 1 + std::min<int64_t>(value, int64_t{1} << 40);
    case CostKind::kGiven:
      return std::clamp<int64_t>(policy.given_cost[cell], 1, int64_t{1} << 40);
  }
  return kCellCost;
}

// The problem in the table's own numbering.
SuppressionProblem MakeProblem(const Grid& grid, std::span<const int64_t> values,
                               const TablePolicy& policy) {
  SuppressionProblem p;
  p.grid = &grid;
  p.values = values;
  const CellId n = grid.cell_count();
  const bool open = policy.zeros != ZeroPolicy::kProtected;
  const bool shown = policy.zeros == ZeroPolicy::kShown;
  p.statuses.assign(n, CellStatus::kValue);
  p.bounds.lower.assign(n, 0);
  p.cost.resize(n);
  for (CellId c = 0; c < n; ++c) {
    p.cost[c] = CostOf(policy, c, values[c]);
    if (shown && values[c] > 0) p.bounds.lower[c] = 1;
    if (values[c] < policy.min_count && !(open && values[c] == 0)) {
      p.statuses[c] = CellStatus::kSuppressedPrimary;
      const int64_t up = policy.level == ProtectionLevel::kP ? policy.min_count - values[c] : 0;
      p.targets.push_back({c, up, 0});
    }
  }
  for (CellId c : policy.preferred_cells) p.cost[c] = std::min<int64_t>(p.cost[c], 1);
  for (CellId c : policy.protected_cells) p.cost[c] = kFixedCell;
  for (CellId c : policy.extra_primary) {
    if (IsSuppressed(p.statuses[c])) continue;
    p.statuses[c] = CellStatus::kSuppressedPrimary;
    p.targets.push_back({c, 0, 0});
  }
  p.insiders = policy.insiders;
  p.work_limit = policy.work_limit;
  return p;
}

// The same problem over the canonical numbering.
struct CanonicalProblem {
  CanonicalTable table;
  std::vector<int64_t> values;
  SuppressionProblem problem;
};

void Renumber(const Grid& grid, const SuppressionProblem& p, CanonicalProblem* out) {
  const CellId n = grid.cell_count();
  std::vector<uint64_t> marks(n);
  for (CellId c = 0; c < n; ++c) {
    marks[c] = static_cast<uint64_t>(p.values[c]) * 8 + static_cast<uint64_t>(p.statuses[c]) +
               (static_cast<uint64_t>(p.cost[c]) << 32);
  }
  out->table = Canonicalize(grid, marks, p.values);
  const std::vector<CellId>& old = out->table.old_cell;
  std::vector<CellId> fresh(n);
  SuppressionProblem& q = out->problem;
  q = p;
  q.grid = &out->table.grid;
  out->values.resize(n);
  for (CellId c = 0; c < n; ++c) {
    fresh[old[c]] = c;
    out->values[c] = p.values[old[c]];
    q.statuses[c] = p.statuses[old[c]];
    q.cost[c] = p.cost[old[c]];
    q.bounds.lower[c] = p.bounds.lower[old[c]];
  }
  q.values = out->values;
  for (Target& t : q.targets) t.cell = fresh[t.cell];
  std::sort(q.targets.begin(), q.targets.end(),
            [](const Target& a, const Target& b) { return a.cell < b.cell; });
  for (auto& known : q.insiders) {
    for (CellId& c : known) c = fresh[c];
    std::sort(known.begin(), known.end());
  }
  std::sort(q.insiders.begin(), q.insiders.end());
}

// Checks every proof once more and takes the table's figures from them.
absl::Status Finish(const Grid& grid, std::span<const int64_t> values,
                    const SuppressionProblem& problem, ProtectedTable* table) {
  const CellId n = grid.cell_count();
  std::vector<int64_t> low(values.begin(), values.end()), high = low;
  for (const ProvenTarget& proof : table->proofs) {
    if (absl::Status s = CheckWitness(grid, values, table->statuses, problem.bounds, proof.witness);
        !s.ok()) {
      return absl::InternalError(absl::StrCat("a proof does not hold: ", s.message()));
    }
    if (ChangeOf(proof.witness, proof.target.cell) * proof.sign < proof.amount) {
      return absl::InternalError("a proof does not reach its target");
    }
    for (const Witness::Change& change : proof.witness.changes) {
      const CellId c = change.cell;
      low[c] = std::min(low[c], values[c] + change.delta);
      high[c] = std::max(high[c], values[c] + change.delta);
    }
  }
  table->min_width = INT64_MAX;
  for (CellId c = 0; c < n; ++c) {
    if (!IsSuppressed(table->statuses[c])) continue;
    ++(table->statuses[c] == CellStatus::kSuppressedPrimary ? table->primary : table->secondary);
    table->min_width = std::min(table->min_width, high[c] - low[c]);
    if (grid.is_finest(c)) table->suppressed_value += values[c];
  }
  if (table->primary + table->secondary == 0) table->min_width = 0;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ProtectedTable> ProtectCounts(const Grid& grid, std::span<const int64_t> values,
                                             const TablePolicy& policy) {
  if (absl::Status s = CheckInput(grid, values, policy); !s.ok()) return s;
  const SuppressionProblem problem = MakeProblem(grid, values, policy);
  CanonicalProblem canonical{{*Grid::Make({grid.dim(0)}), {}}, {}, {}};
  Renumber(grid, problem, &canonical);
  absl::StatusOr<SuppressionResult> found = Suppress(canonical.problem);
  if (!found.ok()) return found.status();

  const std::vector<CellId>& old = canonical.table.old_cell;
  ProtectedTable table;
  table.statuses.resize(grid.cell_count());
  for (CellId c = 0; c < grid.cell_count(); ++c) table.statuses[old[c]] = found->statuses[c];
  table.proofs = std::move(found->proofs);
  for (ProvenTarget& proof : table.proofs) {
    proof.target.cell = old[proof.target.cell];
    for (Witness::Change& change : proof.witness.changes) change.cell = old[change.cell];
    std::sort(proof.witness.changes.begin(), proof.witness.changes.end(),
              [](const auto& a, const auto& b) { return a.cell < b.cell; });
  }
  table.exposed = std::move(found->unprotected);
  for (Target& t : table.exposed) t.cell = old[t.cell];
  table.work = found->work;
  if (absl::Status s = Finish(grid, values, problem, &table); !s.ok()) return s;
  return table;
}

}  // namespace oboro::sdc

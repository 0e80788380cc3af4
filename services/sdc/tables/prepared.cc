#include "services/sdc/tables/prepared.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/canonical.h"

namespace oboro::sdc {
namespace {

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
    if (!p.bounds.upper.empty()) q.bounds.upper[c] = p.bounds.upper[old[c]];
  }
  q.values = out->values;
  for (Target& t : q.targets) {
    t.cell = fresh[t.cell];
    if (t.keep != Target::kNoKeep) t.keep = fresh[t.keep];
  }
  std::sort(q.targets.begin(), q.targets.end(), [](const Target& a, const Target& b) {
    return std::tuple(a.cell, a.keep, a.up, a.down) < std::tuple(b.cell, b.keep, b.up, b.down);
  });
  for (Witness& w : q.known) {
    for (Witness::Change& change : w.changes) change.cell = fresh[change.cell];
    std::sort(w.changes.begin(), w.changes.end(),
              [](const auto& a, const auto& b) { return a.cell < b.cell; });
  }
  for (auto& known : q.insiders) {
    for (CellId& c : known) c = fresh[c];
    std::sort(known.begin(), known.end());
  }
  // In canonical order too; exemptions follow their insiders.
  std::vector<int32_t> order(q.insiders.size()), place(q.insiders.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int32_t a, int32_t b) { return q.insiders[a] < q.insiders[b]; });
  std::vector<std::vector<CellId>> sorted;
  for (size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<int32_t>(i);
    sorted.push_back(std::move(q.insiders[order[i]]));
  }
  q.insiders = std::move(sorted);
  for (Target& t : q.targets) {
    if (t.exempt >= 0) t.exempt = t.exempt < std::ssize(place) ? place[t.exempt] : -1;
  }
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
    if (proof.target.keep != Target::kNoKeep && ChangeOf(proof.witness, proof.target.keep) != 0) {
      return absl::InternalError("a proof changes what it must keep");
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

absl::StatusOr<ProtectedTable> ProtectPrepared(const SuppressionProblem& problem) {
  const Grid& grid = *problem.grid;
  const std::span<const int64_t> values = problem.values;
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
    if (proof.target.keep != Target::kNoKeep) proof.target.keep = old[proof.target.keep];
    for (Witness::Change& change : proof.witness.changes) change.cell = old[change.cell];
    std::sort(proof.witness.changes.begin(), proof.witness.changes.end(),
              [](const auto& a, const auto& b) { return a.cell < b.cell; });
  }
  table.exposed = std::move(found->unprotected);
  for (Target& t : table.exposed) {
    t.cell = old[t.cell];
    if (t.keep != Target::kNoKeep) t.keep = old[t.keep];
  }
  table.work = found->work;
  if (absl::Status s = Finish(grid, values, problem, &table); !s.ok()) return s;
  return table;
}

}  // namespace oboro::sdc

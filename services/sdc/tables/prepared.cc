#include "services/sdc/tables/prepared.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/canonical.h"

namespace oboro::sdc {
namespace {

// The same problem over the canonical numbering.
struct CanonicalProblem {
  CanonicalTable table;
  std::vector<int64_t> values;
  SuppressionProblem problem;
  std::vector<int32_t> old_insider;  // canonical insider -> the caller's
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
  out->old_insider = std::move(order);
  for (Target& t : q.targets) {
    if (t.exempt >= 0) t.exempt = t.exempt < std::ssize(place) ? place[t.exempt] : -1;
  }
}

// Which targets the proofs leave open, to outsiders or to some insider: counted from the proofs
// alone, whatever the search believes. A proof serves every target on its cell that it moves far
// enough.
class Audit {
 public:
  Audit(const SuppressionProblem& problem, const ProtectedTable& table)
      : problem_(problem), table_(table) {
    for (uint32_t k = 0; k < problem.insiders.size(); ++k) {
      for (CellId c : problem.insiders[k]) knows_[c].push_back(static_cast<int32_t>(k));
    }
    for (size_t i = 0; i < table.proofs.size(); ++i) {
      proofs_of_[table.proofs[i].target.cell].push_back(i);
      touched_.push_back(InsidersOf(table.proofs[i].witness));
    }
  }

  bool Open(const Target& t) const {
    if (t.up <= 0 && t.down <= 0) return OpenTo(t, 0, 1);
    return (t.up > 0 && OpenTo(t, 1, t.up)) || (t.down > 0 && OpenTo(t, -1, t.down));
  }

 private:
  // Insiders who know a cell that the witness changes, ascending.
  std::vector<int32_t> InsidersOf(const Witness& witness) const {
    std::vector<int32_t> who;
    if (knows_.empty()) return who;
    for (const Witness::Change& change : witness.changes) {
      const auto at = knows_.find(change.cell);
      if (at != knows_.end()) who.insert(who.end(), at->second.begin(), at->second.end());
    }
    std::sort(who.begin(), who.end());
    who.erase(std::unique(who.begin(), who.end()), who.end());
    return who;
  }

  bool OpenTo(const Target& t, int sign, int64_t amount) const {
    const auto at = proofs_of_.find(t.cell);
    bool any = false;
    std::vector<int32_t> undeceived;  // insiders whose cells every proof changes
    for (size_t i : at == proofs_of_.end() ? std::vector<size_t>() : at->second) {
      const Witness& witness = table_.proofs[i].witness;
      const int64_t change = ChangeOf(witness, t.cell);
      if (sign == 0 ? change == 0 : change * sign < amount) continue;
      if (t.keep != Target::kNoKeep && ChangeOf(witness, t.keep) != 0) continue;
      if (!any) {
        undeceived = touched_[i];
      } else {
        std::erase_if(undeceived, [&](int32_t k) {
          return !std::binary_search(touched_[i].begin(), touched_[i].end(), k);
        });
      }
      any = true;
    }
    const auto own = knows_.find(t.cell);
    std::erase_if(undeceived, [&](int32_t k) {
      return k == t.exempt ||
             (own != knows_.end() &&
              std::find(own->second.begin(), own->second.end(), k) != own->second.end());
    });
    return !any || !undeceived.empty();
  }

  const SuppressionProblem& problem_;
  const ProtectedTable& table_;
  std::unordered_map<CellId, std::vector<int32_t>> knows_;
  std::map<CellId, std::vector<size_t>> proofs_of_;
  std::vector<std::vector<int32_t>> touched_;  // insiders, by proof
};

// What no proof covers counts as exposed, also where the search took it for proven.
void ExposeUnproven(const SuppressionProblem& problem, ProtectedTable* table) {
  const Audit audit(problem, *table);
  const auto key = [](const Target& t) { return std::tuple(t.cell, t.keep, t.up, t.down); };
  std::vector<decltype(key(Target{}))> listed;
  for (const Target& t : table->exposed) listed.push_back(key(t));
  std::sort(listed.begin(), listed.end());
  for (const Target& t : problem.targets) {
    if (std::binary_search(listed.begin(), listed.end(), key(t))) continue;
    if (audit.Open(t)) table->exposed.push_back(t);
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
  ExposeUnproven(problem, table);
  table->min_width = INT64_MAX;
  for (CellId c = 0; c < n; ++c) {
    if (!IsSuppressed(table->statuses[c])) continue;
    if (problem.statuses[c] == CellStatus::kValue && low[c] == high[c]) {
      table->exposed.push_back({c, 0, 0});  // a secondary that no witness changes
    }
    ++(table->statuses[c] == CellStatus::kSuppressedPrimary ? table->primary : table->secondary);
    table->min_width = std::min(table->min_width, high[c] - low[c]);
    if (grid.is_finest(c)) table->suppressed_value += values[c];
  }
  if (table->primary + table->secondary == 0) table->min_width = 0;
  return absl::OkStatus();
}

constexpr CellId kTiedCells = 600;

// What a result costs, and what it hides; exposed cells outweigh both.
std::tuple<size_t, int64_t, int64_t> LossOf(const SuppressionProblem& problem,
                                            const ProtectedTable& table) {
  int64_t cost = 0, value = 0;
  for (CellId c = 0; c < table.statuses.size(); ++c) {
    if (table.statuses[c] != CellStatus::kSuppressedSecondary) continue;
    cost += problem.cost[c];
    value += problem.values[c];
  }
  return {table.exposed.size(), cost, value};
}

}  // namespace

absl::StatusOr<ProtectedTable> ProtectSmallestValues(const SuppressionProblem& problem) {
  absl::StatusOr<ProtectedTable> plain = ProtectPrepared(problem);
  const CellId n = problem.grid->cell_count();
  if (!plain.ok() || n > kTiedCells || plain->secondary == 0) return plain;
  SuppressionProblem tied = problem;
  for (CellId c = 0; c < n; ++c) {
    // All ties together stay below the cost of one cell; what is preferred or fixed stays so.
    if (tied.cost[c] < kCellCost || tied.cost[c] == kFixedCell) continue;
    tied.cost[c] += std::min<int64_t>(problem.values[c], kCellCost / (n + 1));
  }
  absl::StatusOr<ProtectedTable> other = ProtectPrepared(tied);
  if (!other.ok()) return other.status();
  const uint64_t work = plain->work + other->work;
  if (LossOf(problem, *other) < LossOf(problem, *plain)) plain = std::move(other);
  plain->work = work;
  return plain;
}

absl::StatusOr<ProtectedTable> ProtectPrepared(const SuppressionProblem& problem) {
  const Grid& grid = *problem.grid;
  const std::span<const int64_t> values = problem.values;
  CanonicalProblem canonical{{*Grid::Make({grid.dim(0)}), {}}, {}, {}, {}};
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
    if (proof.target.exempt >= 0) proof.target.exempt = canonical.old_insider[proof.target.exempt];
    if (proof.insider >= 0) proof.insider = canonical.old_insider[proof.insider];
    for (Witness::Change& change : proof.witness.changes) change.cell = old[change.cell];
    std::sort(proof.witness.changes.begin(), proof.witness.changes.end(),
              [](const auto& a, const auto& b) { return a.cell < b.cell; });
  }
  table.exposed = std::move(found->unprotected);
  for (Target& t : table.exposed) {
    t.cell = old[t.cell];
    if (t.keep != Target::kNoKeep) t.keep = old[t.keep];
    if (t.exempt >= 0) t.exempt = canonical.old_insider[t.exempt];
  }
  table.work = found->work;
  if (absl::Status s = Finish(grid, values, problem, &table); !s.ok()) return s;
  return table;
}

}  // namespace oboro::sdc

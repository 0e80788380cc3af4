#include "services/sdc/tables/distinct.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/knowledge_solver.h"
#include "services/sdc/tables/prepared.h"

namespace oboro::sdc {
namespace {

// Past these only ids of one finest cell are moved: programs over groups take their time.
constexpr uint64_t kMaxPrograms = 400;
constexpr size_t kMaxTargets = 400;
constexpr size_t kMaxGroups = 20000;

// Every cell that contains one of the finest cells, ascending.
std::vector<CellId> CellsOver(const Grid& grid, std::span<const CellId> finest) {
  std::vector<CellId> over;
  for (CellId f : finest) {
    std::vector<CellId> cells = {0};
    for (size_t d = 0; d < grid.rank(); ++d) {
      std::vector<CellId> next;
      for (uint32_t node : grid.dim(d).nodes_over(grid.node(f, d))) {
        for (CellId c : cells) next.push_back(c + node * grid.stride(d));
      }
      cells = std::move(next);
    }
    over.insert(over.end(), cells.begin(), cells.end());
  }
  std::sort(over.begin(), over.end());
  over.erase(std::unique(over.begin(), over.end()), over.end());
  return over;
}

// The proof by populations: one variable a group.
class GroupProver {
 public:
  GroupProver(const Grid& grid, const DistinctTable& table, const SuppressionProblem& problem,
              DistinctProtection* out)
      : grid_(grid), table_(table), problem_(problem), out_(*out) {
    out_.groups = table.groups;
    std::map<std::vector<CellId>, int64_t> have;
    for (const DistinctGroup& g : table.groups) have.emplace(g.finest, g.ids);
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      if (!grid.is_finest(c) || !IsUnknown(out_.table.statuses[c])) continue;
      if (have.contains({c})) continue;
      out_.groups.push_back({{c}, 0});
    }
    for (const DistinctGroup& g : out_.groups) base_.push_back(g.ids);
    members_.resize(grid.cell_count());
    for (uint32_t v = 0; v < out_.groups.size(); ++v) {
      for (CellId c : CellsOver(grid, out_.groups[v].finest)) members_[c].push_back(v);
    }
  }

  // Proves targets, and of every secondary that it is not certain. What stays open is exposed.
  void Run() {
    const Knowledge knowledge = Known();
    KnowledgeSolver solver(knowledge, base_);
    std::vector<Target> open = problem_.targets;
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (out_.table.statuses[c] == CellStatus::kSuppressedSecondary) open.push_back({c, 0, 0});
    }
    for (const Target& t : open) {
      if (!Prove(t, &solver)) out_.table.exposed.push_back(t);
    }
    MeasureWidth();
  }

 private:
  Knowledge Known() const {
    Knowledge knowledge(static_cast<uint32_t>(out_.groups.size()));
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      std::vector<Knowledge::Term> sum;
      for (uint32_t v : members_[c]) sum.push_back({v, 1});
      if (!IsUnknown(out_.table.statuses[c])) {
        knowledge.AddEquation(std::move(sum), table_.values[c], CellLabel(grid_, c));
      } else if (problem_.bounds.lower[c] > 0) {
        knowledge.AddBound(std::move(sum), problem_.bounds.lower[c], INT64_MAX,
                           CellLabel(grid_, c));
      }
    }
    return knowledge;
  }

  int64_t ChangeOf(const std::vector<int64_t>& ids, CellId cell) const {
    int64_t change = 0;
    for (uint32_t v : members_[cell]) change += ids[v] - base_[v];
    return change;
  }

  bool Prove(const Target& t, KnowledgeSolver* solver) {
    const auto reach = [&](int8_t sign, int64_t amount) {
      for (const std::vector<int64_t>& ids : found_) {  // one population serves many cells
        if (ChangeOf(ids, t.cell) * sign < amount) continue;
        out_.group_proofs.push_back({t, sign, amount, ids});
        return true;
      }
      if (solver->programs() >= kMaxPrograms) return false;
      auto ids = solver->Find(members_[t.cell], sign, amount);
      if (!ids) return false;
      out_.group_proofs.push_back({t, sign, amount, *ids});
      found_.push_back(std::move(*ids));
      return true;
    };
    if (t.up <= 0 && t.down <= 0) return reach(1, 1) || reach(-1, 1);
    return (t.up <= 0 || reach(1, t.up)) && (t.down <= 0 || reach(-1, t.down));
  }

  void MeasureWidth() {
    out_.table.min_width = found_.empty() ? 0 : INT64_MAX;
    for (CellId c = 0; c < grid_.cell_count() && !found_.empty(); ++c) {
      if (!IsSuppressed(out_.table.statuses[c])) continue;
      int64_t low = 0, high = 0;
      for (const std::vector<int64_t>& ids : found_) {
        const int64_t change = ChangeOf(ids, c);
        low = std::min(low, change), high = std::max(high, change);
      }
      out_.table.min_width = std::min(out_.table.min_width, high - low);
    }
  }

  const Grid& grid_;
  const DistinctTable& table_;
  const SuppressionProblem& problem_;  // of the distinct counts
  DistinctProtection& out_;
  std::vector<int64_t> base_;
  std::vector<std::vector<uint32_t>> members_;  // groups that count in a cell
  std::vector<std::vector<int64_t>> found_;
};

// The pattern that the table of occurrences would need. Its witnesses prove nothing of distinct
// ids, so every cell is proven anew.
absl::StatusOr<DistinctProtection> MoveGroups(const Grid& grid, const DistinctTable& table,
                                              const SuppressionProblem& counts) {
  SuppressionProblem problem = counts;
  problem.values = table.occurrences;
  absl::StatusOr<ProtectedTable> chosen = ProtectPrepared(problem);
  if (!chosen.ok()) return chosen.status();
  DistinctProtection out;
  out.table.statuses = std::move(chosen->statuses);
  out.table.work = chosen->work;
  GroupProver(grid, table, counts, &out).Run();
  return out;
}

bool MayMoveGroups(const DistinctTable& table, const SuppressionProblem& counts) {
  const bool keeps = std::any_of(counts.targets.begin(), counts.targets.end(),
                                 [](const Target& t) { return t.keep != Target::kNoKeep; });
  return counts.insiders.empty() && !keeps && !counts.targets.empty() &&
         counts.targets.size() <= kMaxTargets && table.groups.size() <= kMaxGroups &&
         table.values != table.occurrences;
}

// What the secondaries cost; what is exposed outweighs everything.
std::pair<bool, int64_t> LossOf(const SuppressionProblem& counts, const ProtectedTable& table) {
  int64_t cost = 0;
  for (size_t c = 0; c < table.statuses.size(); ++c) {
    if (table.statuses[c] == CellStatus::kSuppressedSecondary) cost += counts.cost[c];
  }
  return {!table.safe(), cost};
}

void CountSuppressed(const Grid& grid, const DistinctTable& table, ProtectedTable* out) {
  out->primary = out->secondary = out->suppressed_value = 0;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (!IsSuppressed(out->statuses[c])) continue;
    ++(out->statuses[c] == CellStatus::kSuppressedPrimary ? out->primary : out->secondary);
    if (grid.is_finest(c)) out->suppressed_value += table.values[c];
  }
}

absl::Status CheckDistinct(const Grid& grid, const DistinctTable& table) {
  const size_t n = grid.cell_count();
  if (table.values.size() != n || table.several.size() != n || table.occurrences.size() != n) {
    return absl::InvalidArgumentError("the table has another number of cells than its grid");
  }
  std::vector<int64_t> sum(n, 0);
  for (const DistinctGroup& g : table.groups) {
    if (g.ids < 0) return absl::InvalidArgumentError("a group has a negative number of ids");
    for (CellId c : g.finest) {
      if (c >= n || !grid.is_finest(c))
        return absl::InvalidArgumentError("a group lies outside the grid");
    }
    for (CellId c : CellsOver(grid, g.finest)) sum[c] += g.ids;
  }
  if (sum != table.values) {
    return absl::InvalidArgumentError("the groups do not make up the distinct counts");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DistinctTable> TabulateDistinctTable(const Grid& grid,
                                                    std::span<const CodeSpan> columns,
                                                    std::span<const uint32_t> ids,
                                                    const TabulateOptions& options) {
  absl::StatusOr<std::vector<CellId>> finest = FinestCells(grid, columns, options);
  if (!finest.ok()) return finest.status();
  if (ids.size() != finest->size()) {
    return absl::InvalidArgumentError("the ids have another number of rows than the codes");
  }
  std::vector<std::pair<uint32_t, CellId>> pairs;
  for (size_t i = 0; i < ids.size(); ++i) {
    if ((*finest)[i] != kNoCell) pairs.emplace_back(ids[i], (*finest)[i]);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::map<std::vector<CellId>, int64_t> groups;
  for (size_t i = 0, j = 0; i < pairs.size(); i = j) {
    std::vector<CellId> cells;
    for (; j < pairs.size() && pairs[j].first == pairs[i].first; ++j) {
      cells.push_back(pairs[j].second);
    }
    ++groups[std::move(cells)];
  }
  DistinctTable table;
  table.values.assign(grid.cell_count(), 0);
  table.several = table.occurrences = table.values;
  for (const auto& [cells, count] : groups) {
    for (CellId c : cells) table.occurrences[c] += count;
    for (CellId c : CellsOver(grid, cells)) {
      table.values[c] += count;
      if (cells.size() > 1) table.several[c] += count;
    }
    table.groups.push_back({cells, count});
  }
  grid.FillMargins(table.occurrences);
  return table;
}

absl::StatusOr<DistinctProtection> ProtectDistinct(const Grid& grid, const DistinctTable& table,
                                                   const TablePolicy& policy) {
  if (absl::Status s = CheckDistinct(grid, table); !s.ok()) return s;
  if (absl::Status s = CheckPolicy(grid, policy); !s.ok()) return s;
  SuppressionProblem counts = CountProblem(grid, table.values, policy);
  std::vector<RuleHit> hits;
  if (absl::Status s = MarkPrimaries(policy, &counts, &hits); !s.ok()) return s;
  SuppressionProblem single = counts;
  std::vector<int64_t> singles(table.values);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    singles[c] -= table.several[c];
    single.bounds.lower[c] = std::max<int64_t>(0, counts.bounds.lower[c] - table.several[c]);
  }
  single.values = singles;
  absl::StatusOr<ProtectedTable> additive = ProtectPrepared(single);
  if (!additive.ok()) return additive.status();
  DistinctProtection out;
  out.table = std::move(*additive);
  if (MayMoveGroups(table, counts) && (out.table.secondary > 0 || !out.safe())) {
    absl::StatusOr<DistinctProtection> moved = MoveGroups(grid, table, counts);
    if (!moved.ok()) return moved.status();
    const uint64_t work = out.table.work + moved->table.work;
    if (LossOf(counts, moved->table) < LossOf(counts, out.table)) out = std::move(*moved);
    out.table.work = work;
  }
  out.table.rules = std::move(hits);
  CountSuppressed(grid, table, &out.table);
  return out;
}

}  // namespace oboro::sdc

#include "services/sdc/tables/ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/interval_solver.h"
#include "services/sdc/tables/prepared.h"

namespace oboro::sdc {
namespace {

constexpr int64_t kCellCost = int64_t{1} << 24;
constexpr int kMaxNodes = 2000;

// All releases as one: what is known of every cell of the grid.
struct Merged {
  std::vector<CellStatus> statuses;
  std::vector<int64_t> values;
  std::vector<int64_t> threshold;  // the highest that any release with the cell asks for
  std::vector<int64_t> lower;
  std::vector<uint32_t> shown_by;  // release that shows it, for messages
  std::vector<CellId> bare;        // small counts hidden by one release and shown by another
};

absl::Status Add(const Grid& grid, std::span<const LedgerRelease* const> releases, uint32_t index,
                 Merged* m) {
  const LedgerRelease& r = *releases[index];
  if (r.values.size() != r.cells.size() || r.statuses.size() != r.cells.size()) {
    return absl::InvalidArgumentError(absl::StrCat("release ", r.id, " is incomplete"));
  }
  for (size_t i = 0; i < r.cells.size(); ++i) {
    const CellId c = r.cells[i];
    if (c >= grid.cell_count()) {
      return absl::InvalidArgumentError(absl::StrCat("release ", r.id, " lies outside the grid"));
    }
    CellStatus& status = m->statuses[c];
    if (!IsUnknown(r.statuses[i])) {
      if (status == CellStatus::kValue && m->values[c] != r.values[i]) {
        return absl::FailedPreconditionError(
            absl::StrCat("releases ", releases[m->shown_by[c]]->id, " and ", r.id,
                         " show different values for ", CellLabel(grid, c)));
      }
      status = CellStatus::kValue;
      m->values[c] = r.values[i];
      m->shown_by[c] = index;
    } else if (IsSuppressed(r.statuses[i])) {
      m->threshold[c] = std::max(m->threshold[c], r.threshold);
      if (r.zeros_shown) m->lower[c] = 1;
      if (status == CellStatus::kHidden || r.statuses[i] == CellStatus::kSuppressedPrimary) {
        if (status != CellStatus::kValue) status = r.statuses[i];
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Merged> Merge(const Grid& grid, std::span<const LedgerRelease* const> releases) {
  const CellId n = grid.cell_count();
  Merged m{std::vector<CellStatus>(n, CellStatus::kHidden),
           std::vector<int64_t>(n, 0),
           std::vector<int64_t>(n, 0),
           std::vector<int64_t>(n, 0),
           std::vector<uint32_t>(n, 0),
           {}};
  for (uint32_t i = 0; i < releases.size(); ++i) {
    if (absl::Status s = Add(grid, releases, i, &m); !s.ok()) return s;
  }
  for (CellId c = 0; c < n; ++c) {
    const bool small = m.values[c] < m.threshold[c] && m.values[c] > 0;
    if (m.statuses[c] == CellStatus::kValue && small) m.bare.push_back(c);
    if (m.statuses[c] == CellStatus::kValue) m.lower[c] = 0;
  }
  return m;
}

// The suppression problem of the merged system. Cells that only the last release shows may still be
// suppressed; what is out stays out.
SuppressionProblem MakeProblem(const Grid& grid, const Merged& m,
                               std::span<const LedgerRelease* const> releases,
                               std::span<const int64_t> base, bool may_suppress) {
  const CellId n = grid.cell_count();
  SuppressionProblem p;
  p.grid = &grid;
  p.values = base;
  p.statuses = m.statuses;
  p.bounds.lower = m.lower;
  p.cost.assign(n, kFixedCell);
  p.work_limit = 2'000'000;
  if (may_suppress) {
    const LedgerRelease& fresh = *releases.back();
    std::vector<uint8_t> out(n, 0);
    for (size_t i = 0; i + 1 < releases.size(); ++i) {
      for (size_t k = 0; k < releases[i]->cells.size(); ++k) {
        if (!IsUnknown(releases[i]->statuses[k])) out[releases[i]->cells[k]] = 1;
      }
    }
    for (CellId c : fresh.cells) {
      if (!out[c] && m.statuses[c] == CellStatus::kValue) {
        p.cost[c] = base[c] == 0 ? (fresh.zeros_shown ? kFixedCell : 3 * kCellCost) : kCellCost;
      }
    }
  }
  int64_t least = 0;
  for (const LedgerRelease* r : releases) least = std::max(least, r->threshold);
  for (CellId c = 0; c < n; ++c) {
    // A small count that no table shows must not follow from those that are shown either: the
    // difference of two filters, a piece of a town in one mesh.
    if (m.statuses[c] == CellStatus::kHidden && base[c] > 0 && base[c] < least &&
        grid.is_finest(c)) {
      p.targets.push_back({c, least - base[c], 0});
    }
    if (!IsSuppressed(m.statuses[c])) continue;
    // A secondary is safe once it is not certain; so is a primary whose value in the base table
    // reaches the threshold already.
    const bool primary = m.statuses[c] == CellStatus::kSuppressedPrimary;
    const int64_t up = primary ? std::max<int64_t>(0, m.threshold[c] - base[c]) : 0;
    p.targets.push_back({c, up, 0});
  }
  return p;
}

// A small count that an earlier release hides and only the new one shows is hidden there too.
void UncoverBare(const Merged& m, std::span<const LedgerRelease* const> releases,
                 std::span<const int64_t> base, SuppressionProblem* p) {
  for (CellId c : m.bare) {
    if (p->cost[c] == kFixedCell || releases[m.shown_by[c]] != releases.back()) continue;
    p->statuses[c] = CellStatus::kSuppressedPrimary;
    p->targets.push_back({c, m.threshold[c] - base[c], 0});
  }
}

absl::Status CheckBase(const Grid& grid, const Merged& m, std::span<const int64_t> base) {
  if (base.size() != grid.cell_count()) {
    return absl::InvalidArgumentError("the base table has another number of cells than the grid");
  }
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (m.statuses[c] == CellStatus::kValue ? base[c] != m.values[c] : base[c] < m.lower[c]) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the base table does not agree with what is released of ", CellLabel(grid, c)));
    }
  }
  return absl::OkStatus();
}

std::vector<CellId> CellsOf(const std::vector<Target>& targets) {
  std::vector<CellId> cells;
  for (const Target& t : targets) cells.push_back(t.cell);
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

// Of the exposed cells that no table shows, keeps those that cannot be zero.
void DropPossibleZeros(const Merged& m, std::span<const int64_t> base, SuppressionProblem p,
                       std::vector<Target>* exposed) {
  p.targets.clear();
  for (const Target& t : *exposed) {
    if (m.statuses[t.cell] == CellStatus::kHidden) p.targets.push_back({t.cell, 0, base[t.cell]});
  }
  std::fill(p.cost.begin(), p.cost.end(), kFixedCell);
  if (p.targets.empty()) return;
  const absl::StatusOr<ProtectedTable> zero = ProtectPrepared(p);
  if (!zero.ok()) return;
  const std::vector<CellId> left = CellsOf(zero->exposed);
  std::erase_if(*exposed, [&](const Target& t) {
    return m.statuses[t.cell] == CellStatus::kHidden &&
           !std::binary_search(left.begin(), left.end(), t.cell);
  });
}

// The earlier release that alone, together with the new one, exposes one of the cells.
std::string Culprit(const Grid& grid, std::span<const LedgerRelease> earlier,
                    const LedgerRelease& fresh, std::span<const int64_t> base,
                    const std::vector<CellId>& exposed) {
  std::string least;
  for (const LedgerRelease& r : earlier) {
    if (!least.empty() && least <= r.id) continue;
    const LedgerRelease* pair[] = {&r, &fresh};
    const absl::StatusOr<Merged> m = Merge(grid, pair);
    if (!m.ok()) continue;
    SuppressionProblem p = MakeProblem(grid, *m, pair, base, false);
    std::erase_if(p.targets, [&](const Target& t) {
      return !std::binary_search(exposed.begin(), exposed.end(), t.cell);
    });
    bool open = !m->bare.empty();
    if (!open) {
      const absl::StatusOr<ProtectedTable> table = ProtectPrepared(p);
      open = table.ok() && !table->safe();
    }
    if (open) least = r.id;
  }
  return least.empty() ? "several earlier releases together" : least;
}

}  // namespace

std::vector<std::vector<CellId>> TenantInsiders(const Grid& grid, size_t tenant_dimension) {
  std::vector<std::vector<CellId>> insiders(grid.dim(tenant_dimension).leaf_count());
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    const uint32_t node = grid.node(c, tenant_dimension);
    if (node < insiders.size()) insiders[node].push_back(c);
  }
  return insiders;
}

absl::StatusOr<LedgerAnswer> CheckRelease(const Grid& grid, std::span<const LedgerRelease> earlier,
                                          const LedgerRelease& fresh, std::span<const int64_t> base,
                                          const LedgerOptions& options) {
  std::vector<const LedgerRelease*> all;
  for (const LedgerRelease& r : earlier) all.push_back(&r);
  all.push_back(&fresh);
  absl::StatusOr<Merged> m = Merge(grid, all);
  if (!m.ok()) return m.status();
  if (absl::Status s = CheckBase(grid, *m, base); !s.ok()) return s;
  LedgerAnswer answer;
  for (bool may_suppress : {false, true}) {
    SuppressionProblem p = MakeProblem(grid, *m, all, base, may_suppress);
    if (options.base_is_true) {
      for (const LedgerRelease* r : all) {
        p.known.insert(p.known.end(), r->witnesses.begin(), r->witnesses.end());
      }
    }
    if (may_suppress) UncoverBare(*m, all, base, &p);
    if (options.tenant_dimension >= 0) {
      p.insiders = TenantInsiders(grid, static_cast<size_t>(options.tenant_dimension));
    }
    absl::StatusOr<ProtectedTable> table = ProtectPrepared(p);
    if (!table.ok()) return table.status();
    answer.work += table->work;
    if (!options.base_is_true) DropPossibleZeros(*m, base, p, &table->exposed);
    answer.exposed = CellsOf(table->exposed);
    if (!answer.exposed.empty()) continue;
    if (std::any_of(m->bare.begin(), m->bare.end(),
                    [&](CellId c) { return !IsUnknown(table->statuses[c]); })) {
      continue;
    }
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      if (m->statuses[c] == CellStatus::kValue && IsSuppressed(table->statuses[c])) {
        answer.further.push_back(c);
      }
    }
    answer.verdict =
        answer.further.empty() ? LedgerVerdict::kSafe : LedgerVerdict::kSafeWithFurther;
    return answer;
  }
  answer.exposed.insert(answer.exposed.end(), m->bare.begin(), m->bare.end());
  std::sort(answer.exposed.begin(), answer.exposed.end());
  answer.because = Culprit(grid, earlier, fresh, base, answer.exposed);
  return answer;
}

absl::StatusOr<std::vector<int64_t>> ConsistentTable(const Grid& grid,
                                                     std::span<const LedgerRelease> releases) {
  std::vector<const LedgerRelease*> all;
  for (const LedgerRelease& r : releases) all.push_back(&r);
  absl::StatusOr<Merged> m = Merge(grid, all);
  if (!m.ok()) return m.status();
  absl::StatusOr<AttackSystem> system =
      BuildAttackSystem(grid, m->values, m->statuses, CellBounds{m->lower, {}});
  if (!system.ok()) return system.status();
  std::vector<int64_t> lower = system->lower, upper = system->upper;
  if (const int64_t row = Propagate(*system, &lower, &upper); row >= 0) {
    return absl::FailedPreconditionError(absl::StrCat("the releases contradict each other in ",
                                                      CellLabel(grid, system->rows[row].source)));
  }
  std::vector<int64_t> base(grid.cell_count(), 0);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (grid.is_finest(c) && m->statuses[c] == CellStatus::kValue) base[c] = m->values[c];
  }
  for (const AttackPart& part : SplitSystem(*system)) {
    if (part.rows.empty()) {
      for (uint32_t v : part.vars) base[system->cell_of[v]] = lower[v];
      continue;
    }
    IntervalSolver solver(*system, part, lower, upper, kMaxNodes);
    const IntervalSolver::Bound bound = solver.Solve({}, false);
    if (bound.outcome == IntervalSolver::Outcome::kInfeasible) {
      return absl::FailedPreconditionError("the releases contradict each other");
    }
    if (!bound.attained) {
      return absl::DeadlineExceededError("no table that agrees with the releases was found");
    }
    for (size_t i = 0; i < part.vars.size(); ++i) {
      base[system->cell_of[part.vars[i]]] = bound.solution[i];
    }
  }
  grid.FillMargins(base);
  return base;
}

}  // namespace oboro::sdc

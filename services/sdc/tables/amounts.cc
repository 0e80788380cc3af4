#include "services/sdc/tables/amounts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/prepared.h"

namespace oboro::sdc {
namespace {

int64_t CeilDiv(__int128 a, __int128 b) { return static_cast<int64_t>((a + b - 1) / b); }

// One contributor's part of one cell.
struct Part {
  CellId cell;
  uint32_t contributor;
  int64_t amount;
};

// Every cell over a finest one.
void CellsOver(const Grid& grid, CellId finest, std::vector<CellId>* cells) {
  cells->assign(1, 0);
  for (size_t d = 0; d < grid.rank(); ++d) {
    const auto nodes = grid.dim(d).nodes_over(grid.node(finest, d));
    const size_t have = cells->size();
    for (size_t n = nodes.size(); n-- > 0;) {
      for (size_t k = 0; k < have; ++k) {
        const CellId cell = (*cells)[k] + nodes[n] * grid.stride(d);
        if (n == 0) {
          (*cells)[k] = cell;
        } else {
          cells->push_back(cell);
        }
      }
    }
  }
}

void Merge(std::vector<Part>* parts) {
  std::sort(parts->begin(), parts->end(), [](const Part& a, const Part& b) {
    return std::pair(a.cell, a.contributor) < std::pair(b.cell, b.contributor);
  });
  size_t out = 0;
  for (size_t i = 0; i < parts->size(); ++i) {
    Part& last = (*parts)[out > 0 ? out - 1 : 0];
    const Part& part = (*parts)[i];
    if (out > 0 && last.cell == part.cell && last.contributor == part.contributor) {
      last.amount += part.amount;
    } else {
      (*parts)[out++] = part;
    }
  }
  parts->resize(out);
}

}  // namespace

absl::StatusOr<AmountTable> TabulateAmounts(const Grid& grid, std::span<const CodeSpan> columns,
                                            std::span<const int64_t> amounts,
                                            std::span<const uint32_t> contributors, size_t keep,
                                            const TabulateOptions& options) {
  for (size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i] < 0) {
      return absl::InvalidArgumentError(absl::StrCat("the amount in row ", i + 1, " is negative"));
    }
  }
  if (!contributors.empty() && contributors.size() != amounts.size()) {
    return absl::InvalidArgumentError("the contributors have another number of rows");
  }
  absl::StatusOr<std::vector<int64_t>> sums = TabulateSums(grid, columns, amounts, options);
  if (!sums.ok()) return sums.status();
  absl::StatusOr<std::vector<CellId>> finest = FinestCells(grid, columns, options);
  if (!finest.ok()) return finest.status();

  std::vector<Part> parts;
  for (size_t i = 0; i < finest->size(); ++i) {
    if ((*finest)[i] == kNoCell) continue;
    const uint32_t who = contributors.empty() ? static_cast<uint32_t>(i) : contributors[i];
    parts.push_back({(*finest)[i], who, amounts[i]});
  }
  Merge(&parts);
  std::vector<Part> all;
  std::vector<CellId> over;
  for (const Part& part : parts) {
    CellsOver(grid, part.cell, &over);
    for (CellId c : over) all.push_back({c, part.contributor, part.amount});
  }
  Merge(&all);

  AmountTable table{std::move(*sums), std::vector<CellContributions>(grid.cell_count())};
  for (size_t i = 0; i < all.size();) {
    size_t j = i;
    while (j < all.size() && all[j].cell == all[i].cell) ++j;
    CellContributions& cell = table.cells[all[i].cell];
    cell.contributors = static_cast<int64_t>(j - i);
    if (j - i == 1) cell.sole = all[i].contributor;
    std::sort(all.begin() + i, all.begin() + j, [](const Part& a, const Part& b) {
      return std::pair(-a.amount, a.contributor) < std::pair(-b.amount, b.contributor);
    });
    cell.lead = all[i].contributor;
    for (size_t k = i; k < j && k - i < keep; ++k) cell.largest.push_back(all[k].amount);
    i = j;
  }
  return table;
}

Sensitivity JudgeCell(const CellContributions& cell, int64_t total, const AmountPolicy& policy) {
  Sensitivity s;
  if (cell.contributors == 0 || total == 0) return s;
  const int64_t x1 = cell.largest.empty() ? 0 : cell.largest[0];
  const int64_t x2 = cell.largest.size() > 1 ? cell.largest[1] : 0;
  auto mark = [&](const char* rule, int64_t shortfall) {
    s.primary = true;
    s.rules.push_back(rule);
    s.up = std::max(s.up, shortfall);
    s.down = std::max(s.down, std::min(shortfall, total));
  };
  if (policy.p_percent > 0) {
    const int64_t q = policy.q_percent > 0 ? policy.q_percent : 100;
    const __int128 rest = total - x1 - x2;
    const __int128 short_by = static_cast<__int128>(policy.p_percent) * x1 - rest * q;
    if (short_by > 0) mark(policy.q_percent > 0 ? "p/q" : "p %", CeilDiv(short_by, q));
  }
  if (policy.dominance_n > 0 && policy.dominance_k > 0) {
    __int128 top = 0;
    for (int64_t i = 0; i < policy.dominance_n && i < std::ssize(cell.largest); ++i) {
      top += cell.largest[i];
    }
    const __int128 short_by = top * 100 - static_cast<__int128>(policy.dominance_k) * total;
    if (short_by > 0) mark("dominance", CeilDiv(short_by, policy.dominance_k));
  }
  if (cell.contributors < policy.min_contributors) mark("few contributors", 1);
  return s;
}

absl::StatusOr<ProtectedTable> ProtectAmounts(const Grid& grid, const AmountTable& table,
                                              const AmountPolicy& policy) {
  const CellId n = grid.cell_count();
  if (table.values.size() != n || table.cells.size() != n ||
      (policy.cost == CostKind::kGiven && policy.given_cost.size() != n) ||
      (!policy.shown.empty() && policy.shown.size() != n)) {
    return absl::InvalidArgumentError("the table has another number of cells than its grid");
  }
  if (!IsAdditive(grid, table.values)) {
    return absl::InvalidArgumentError("the table of amounts is not additive");
  }
  for (const auto* cells : {&policy.protected_cells, &policy.preferred_cells}) {
    for (CellId c : *cells) {
      if (c >= n) {
        return absl::InvalidArgumentError("a protected or preferred cell lies outside the grid");
      }
    }
  }
  if (absl::Status status = CheckUnitRules(policy.units, n); !status.ok()) return status;
  SuppressionProblem p;
  p.grid = &grid;
  p.values = table.values;
  p.work_limit = policy.work_limit;
  p.statuses.assign(n, CellStatus::kValue);
  p.bounds.lower.assign(n, 0);
  p.cost.resize(n);
  std::map<int64_t, std::vector<CellId>> sole;
  std::vector<int64_t> lead;  // of each target
  std::vector<RuleHit> hits;
  for (CellId c = 0; c < n; ++c) {
    if (table.values[c] < 0) return absl::InvalidArgumentError("an amount is negative");
    const CellContributions& cell = table.cells[c];
    // A cell without contributors is empty by nature and shown as such; a zero sum is dear.
    p.cost[c] = cell.contributors == 0 ? kFixedCell
                : policy.cost == CostKind::kGiven
                    ? std::clamp<int64_t>(policy.given_cost[c], 1, int64_t{1} << 40)
                : policy.cost == CostKind::kValues
                    ? 1 + std::min<int64_t>(table.values[c], int64_t{1} << 40)
                : table.values[c] == 0 ? 3 * kCellCost
                                       : kCellCost;
    const bool shown = policy.shown.empty() || policy.shown[c] != 0;
    if (!shown) p.statuses[c] = CellStatus::kHidden;
    if (cell.contributors == 1) sole[cell.sole].push_back(c);
    if (!shown && !grid.is_finest(c)) continue;
    Sensitivity s = JudgeCell(cell, table.values[c], policy);
    for (const char* rule : s.rules) CountHit(rule, &hits);
    if (const int64_t missing = MissingUnits(policy.units, c, &hits); missing > 0) {
      s.primary = true;
      s.up = std::max(s.up, missing);
    }
    if (!s.primary) continue;
    if (shown) p.statuses[c] = CellStatus::kSuppressedPrimary;
    if (policy.level == ProtectionLevel::kR) {
      p.targets.push_back({c, 0, 0});
    } else {
      p.targets.push_back({c, s.up, s.down});
    }
    lead.push_back(cell.lead);
  }
  CellId top = 0;
  for (size_t d = 0; d < grid.rank(); ++d) top += grid.dim(d).total() * grid.stride(d);
  if (policy.cost != CostKind::kGiven) p.cost[top] = std::max(p.cost[top], kTotalCost);
  for (CellId c : policy.preferred_cells) {
    if (table.cells[c].contributors > 0) p.cost[c] = std::min<int64_t>(p.cost[c], 1);
  }
  for (CellId c : policy.protected_cells) p.cost[c] = kFixedCell;
  if (policy.singletons) {
    for (auto& [who, cells] : sole) {
      for (size_t t = 0; t < p.targets.size(); ++t) {
        if (lead[t] == who) p.targets[t].exempt = static_cast<int32_t>(p.insiders.size());
      }
      p.insiders.push_back(std::move(cells));
    }
  }
  absl::StatusOr<ProtectedTable> safe =
      policy.cost == CostKind::kCells ? ProtectSmallestValues(p) : ProtectPrepared(p);
  if (safe.ok()) safe->rules = std::move(hits);
  return safe;
}

}  // namespace oboro::sdc

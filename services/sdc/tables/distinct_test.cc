// Tables of distinct ids: what is called safe is confirmed by enumerating every population over the
// combinations of cells that occur.
#include "services/sdc/tables/distinct.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace oboro::sdc {
namespace {

struct Records {
  Grid grid;
  std::vector<uint32_t> town, age, ids;

  DistinctTable Tabulate() const {
    const std::vector<CodeSpan> columns = {std::span<const uint32_t>(town),
                                           std::span<const uint32_t>(age)};
    auto table = TabulateDistinctTable(grid, columns, ids);
    EXPECT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(table->values, *TabulateDistinct(grid, columns, ids));
    return std::move(*table);
  }
};

Records MakeRecords(uint32_t seed) {
  std::mt19937 random(seed);
  const uint32_t towns = 2 + random() % 2, ages = 2 + random() % 2;
  std::vector<std::string> t, a;
  for (uint32_t i = 0; i < towns; ++i) t.push_back("t" + std::to_string(i));
  for (uint32_t i = 0; i < ages; ++i) a.push_back("a" + std::to_string(i));
  Records r{*Grid::Make({*Dimension::Flat("town", t), *Dimension::Flat("age", a)}), {}, {}, {}};
  const uint32_t households = 4 + random() % 12, most = 1 + random() % 2;
  for (uint32_t id = 0; id < households; ++id) {
    const uint32_t town = random() % towns, members = 1 + random() % most;
    for (uint32_t k = 0; k < members; ++k) {
      r.town.push_back(random() % 8 == 0 ? random() % towns : town);
      r.age.push_back(random() % ages);
      r.ids.push_back(id);
    }
  }
  return r;
}

// All populations that agree with what is published, and the range of every cell over them.
struct Populations {
  const Grid& grid;
  const DistinctTable& table;
  const std::vector<CellStatus>& statuses;
  std::vector<std::vector<CellId>> groups;
  std::vector<std::vector<uint8_t>> counts_in;  // [group][cell]
  std::vector<int64_t> sum, low, high;
  int64_t steps = 0;
  bool cut = false;

  Populations(const Grid& g, const DistinctTable& t, const std::vector<CellStatus>& s)
      : grid(g), table(t), statuses(s) {
    for (const DistinctGroup& group : t.groups) groups.push_back(group.finest);
    for (CellId c = 0; c < g.cell_count(); ++c) {
      if (g.is_finest(c)) groups.push_back({c});
    }
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    for (const auto& group : groups) {
      counts_in.emplace_back(g.cell_count(), 0);
      for (CellId c = 0; c < g.cell_count(); ++c) {
        for (CellId f : group) counts_in.back()[c] |= Contains(c, f) ? 1 : 0;
      }
    }
    sum.assign(g.cell_count(), 0);
    low.assign(g.cell_count(), INT64_MAX), high.assign(g.cell_count(), INT64_MIN);
    Go(0);
  }

  bool Contains(CellId cell, CellId finest) const {
    for (size_t d = 0; d < grid.rank(); ++d) {
      const uint32_t node = grid.node(cell, d);
      if (node != grid.dim(d).total() && node != grid.node(finest, d)) return false;
    }
    return true;
  }

  void Go(size_t i) {
    if (cut || ++steps > 3'000'000) {
      cut = true;
      return;
    }
    if (i == groups.size()) {
      for (CellId c = 0; c < sum.size(); ++c) {
        if (!IsUnknown(statuses[c]) && sum[c] != table.values[c]) return;
      }
      for (CellId c = 0; c < sum.size(); ++c) {
        low[c] = std::min(low[c], sum[c]), high[c] = std::max(high[c], sum[c]);
      }
      return;
    }
    int64_t most = INT64_MAX;
    for (CellId c = 0; c < sum.size(); ++c) {
      if (counts_in[i][c] && !IsUnknown(statuses[c])) {
        most = std::min(most, table.values[c] - sum[c]);
      }
    }
    if (most == INT64_MAX) most = 6;  // nothing bounds it: more is possible, not less
    for (int64_t x = 0; x <= most; ++x) {
      for (CellId c = 0; c < sum.size(); ++c) sum[c] += counts_in[i][c] * x;
      Go(i + 1);
      for (CellId c = 0; c < sum.size(); ++c) sum[c] -= counts_in[i][c] * x;
    }
  }
};

TEST(Distinct, EverySafeIsConfirmedByEnumeration) {
  int confirmed = 0, safe = 0, by_groups = 0, refused = 0;
  for (uint32_t i = 0; i < 150; ++i) {
    const Records r = MakeRecords(300 + i);
    const DistinctTable table = r.Tabulate();
    TablePolicy policy;
    policy.min_count = 2 + i % 2;
    policy.zeros = i % 3 == 0 ? ZeroPolicy::kProtected : ZeroPolicy::kOpen;
    policy.work_limit = 50'000;
    const auto out = ProtectDistinct(r.grid, table, policy);
    ASSERT_TRUE(out.ok()) << out.status();
    refused += out->safe() ? 0 : 1;
    if (!out->safe()) continue;
    ++safe;
    by_groups += out->group_proofs.empty() ? 0 : 1;
    const Populations all(r.grid, table, out->table.statuses);
    if (all.cut) continue;
    for (CellId c = 0; c < r.grid.cell_count(); ++c) {
      const int64_t value = table.values[c];
      const bool small =
          value < policy.min_count && (value > 0 || policy.zeros == ZeroPolicy::kProtected);
      if (!IsSuppressed(out->table.statuses[c])) {
        EXPECT_FALSE(small) << i;
        continue;
      }
      ++confirmed;
      EXPECT_LT(all.low[c], all.high[c]) << "table " << i << " cell " << c;
      EXPECT_GE(all.high[c], small ? policy.min_count : value) << "table " << i << " cell " << c;
    }
  }
  std::cout << safe << " safe (" << by_groups << " with groups moved), " << refused << " refused, "
            << confirmed << " cells confirmed\n";
  EXPECT_GT(safe, 100);
  EXPECT_GT(by_groups, 5);
  EXPECT_GT(confirmed, 300);
}

// Couples of one older and one younger person: nobody occurs in one cell only, so whole couples
// must move.
TEST(Distinct, WholeHouseholdsMoveWhereNobodyIsAlone) {
  Records r{*Grid::Make({*Dimension::Flat("town", {"a", "b", "c"}),
                         *Dimension::Flat("age", {"young", "old"})}),
            {},
            {},
            {}};
  uint32_t id = 0;
  for (const auto& [town, count] : {std::pair(0u, 3u), std::pair(1u, 20u), std::pair(2u, 30u)}) {
    for (uint32_t k = 0; k < count; ++k, ++id) {
      for (uint32_t age : {0u, 1u}) {
        r.town.push_back(town), r.age.push_back(age), r.ids.push_back(id);
      }
    }
  }
  const DistinctTable table = r.Tabulate();
  EXPECT_EQ(table.values.back(), 53);
  EXPECT_EQ(table.several, table.values);
  TablePolicy policy;
  policy.min_count = 5;
  const auto out = ProtectDistinct(r.grid, table, policy);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_TRUE(out->safe());
  EXPECT_FALSE(out->group_proofs.empty());
  EXPECT_EQ(out->table.primary, 3);
}

TEST(Distinct, RefusesGroupsThatDoNotMakeUpTheTable) {
  DistinctTable table = MakeRecords(1).Tabulate();
  table.groups[0].ids += 1;
  EXPECT_FALSE(ProtectDistinct(MakeRecords(1).grid, table, TablePolicy{}).ok());
}

}  // namespace
}  // namespace oboro::sdc

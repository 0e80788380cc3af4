// What a review with random instances against enumeration found, planted as tests: targets of
// several releases and rules on one cell, insiders beside kept cells, further suppressions.
#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/ledger.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/testing/enumerate.h"
#include "services/sdc/tables/testing/random_table.h"

namespace oboro::sdc {
namespace {

struct Sample {
  Grid grid;
  std::vector<int64_t> values;
};

Sample Towns(const std::vector<int64_t>& counts) {
  std::vector<std::string> names;
  for (size_t i = 0; i < counts.size(); ++i) names.push_back("t" + std::to_string(i));
  Sample s{*Grid::Make({*Dimension::Flat("town", names)}), counts};
  s.values.push_back(0);
  s.grid.FillMargins(s.values);
  return s;
}

// The first cell as a primary and the second as a secondary; the rest is shown.
LedgerRelease HidesTwo(const std::string& id, const Sample& s, int64_t threshold) {
  LedgerRelease r;
  r.id = id;
  r.threshold = threshold;
  for (CellId c = 0; c < s.grid.cell_count(); ++c) {
    r.cells.push_back(c);
    r.values.push_back(c < 2 ? -1 : s.values[c]);
    r.statuses.push_back(c == 0   ? CellStatus::kSuppressedPrimary
                         : c == 1 ? CellStatus::kSuppressedSecondary
                                  : CellStatus::kValue);
  }
  return r;
}

// Together the two hidden counts are 5: the first cannot reach 10.
TEST(Soundness, TargetsOfOneReleaseDoNotReplaceTheThresholdOfAnother) {
  const Sample s = Towns({1, 4, 20});
  LedgerRelease counts = HidesTwo("counts", s, 10), given = HidesTwo("given", s, 10);
  given.targets = {{0, 1, 0}};
  EXPECT_EQ(CheckRelease(s.grid, {}, given, s.values)->verdict, LedgerVerdict::kSafe);
  for (const auto& [first, last] : {std::pair(&counts, &given), std::pair(&given, &counts)}) {
    const auto answer = CheckRelease(s.grid, std::span(first, 1), *last, s.values);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
    EXPECT_THAT(answer->exposed, ::testing::Contains(0));
  }
}

// The first may be less, but not while the second stays what it is.
TEST(Soundness, ATargetThatKeepsACellStandsBesideOneThatDoesNot) {
  const Sample s = Towns({5, 4, 20});
  LedgerRelease free = HidesTwo("free", s, 1), keeps = HidesTwo("keeps", s, 1);
  free.targets = {{0, 0, 1}};
  keeps.targets = {{0, 0, 1, -1, 1}};
  EXPECT_EQ(CheckRelease(s.grid, {}, free, s.values)->verdict, LedgerVerdict::kSafe);
  for (const auto& [first, last] : {std::pair(&free, &keeps), std::pair(&keeps, &free)}) {
    const auto answer = CheckRelease(s.grid, std::span(first, 1), *last, s.values);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
  }
}

// Insiders who know whole slices, and rules that keep a margin: whoever knows his cells and the
// margin still cannot tell that all are in one cell, for every margin that is so.
TEST(Soundness, InsidersAndKeptMarginsTogether) {
  std::mt19937 random(5);
  int confirmed = 0;
  for (int i = 0; i < 40; ++i) {
    const Grid grid =
        *Grid::Make({*Dimension::Flat("tenant", {"x", "y", "z"}),
                     *Dimension::Flat("sex", {"f", "m"}), *Dimension::Flat("job", {"no", "yes"})});
    std::vector<int64_t> values(grid.cell_count(), 0);
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      if (grid.is_finest(c)) values[c] = random() % 2 == 0 ? 0 : random() % 4;
    }
    grid.FillMargins(values);
    TablePolicy policy;
    policy.min_count = 2;
    policy.attributes.all_in_one = {0, 1, 2};
    policy.insiders = TenantInsiders(grid, 0);
    policy.work_limit = 50'000;
    const auto table = ProtectCounts(grid, values, policy);
    ASSERT_TRUE(table.ok()) << table.status();
    if (!table->safe()) continue;
    for (CellId margin = 0; margin < grid.cell_count(); ++margin) {
      for (size_t d = 0; d < 3 && values[margin] > 0; ++d) {
        if (grid.node(margin, d) != grid.dim(d).total()) continue;
        for (uint32_t leaf = 0; leaf < grid.dim(d).leaf_count(); ++leaf) {
          const CellId c = margin + (leaf - grid.dim(d).total()) * grid.stride(d);
          if (values[c] != values[margin]) continue;
          for (uint32_t who = 0; who < 3; ++who) {
            if (grid.node(c, 0) == who) continue;  // he knows it
            std::vector<CellStatus> seen = table->statuses;
            for (CellId own : policy.insiders[who]) seen[own] = CellStatus::kValue;
            seen[margin] = CellStatus::kValue;
            const auto all = testing::Enumerate(grid, values, seen, 300'000);
            if (!all.complete) continue;
            EXPECT_LT(all.low[c], values[c]) << "table " << i << " cell " << c << " tenant " << who;
            ++confirmed;
          }
        }
      }
    }
  }
  EXPECT_GT(confirmed, 20);
}

// What a check suppresses further makes the set safe for the next check too, to tenants as well.
TEST(Soundness, ASetWithItsFurtherSuppressionsIsSafe) {
  std::mt19937 random(7);
  int mended = 0;
  for (uint32_t i = 0; i < 120; ++i) {
    const testing::RandomTable t = testing::MakeSmallTable(500 + i);
    const Grid& grid = t.grid;
    TablePolicy policy;
    policy.min_count = 2;
    policy.work_limit = 20'000;
    const auto whole = ProtectCounts(grid, t.values, policy);
    ASSERT_TRUE(whole.ok());
    std::vector<LedgerRelease> set(2);
    for (LedgerRelease& r : set) {
      r.id = &r == &set[0] ? "first" : "second";
      r.threshold = 2;
      for (CellId c = 0; c < grid.cell_count(); ++c) {
        if (random() % 3 == 0) continue;
        const bool hide = IsSuppressed(whole->statuses[c]) && (t.values[c] == 1 || random() % 8);
        r.cells.push_back(c);
        r.values.push_back(hide ? -1 : t.values[c]);
        r.statuses.push_back(hide ? whole->statuses[c] : CellStatus::kValue);
      }
    }
    LedgerOptions options;
    options.tenant_dimension = i % 2 == 0 ? 0 : -1;
    auto answer = CheckRelease(grid, std::span(set.data(), 1), set[1], t.values, options);
    ASSERT_TRUE(answer.ok()) << answer.status();
    if (answer->verdict != LedgerVerdict::kSafeWithFurther) continue;
    ++mended;
    for (size_t k = 0; k < set[1].cells.size(); ++k) {
      const CellId c = set[1].cells[k];
      if (std::find(answer->further.begin(), answer->further.end(), c) == answer->further.end()) {
        continue;
      }
      set[1].statuses[k] =
          t.values[c] == 1 ? CellStatus::kSuppressedPrimary : CellStatus::kSuppressedSecondary;
    }
    answer = CheckRelease(grid, std::span(set.data(), 1), set[1], t.values, options);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->verdict, LedgerVerdict::kSafe) << i;
  }
  EXPECT_GT(mended, 2);
}

}  // namespace
}  // namespace oboro::sdc

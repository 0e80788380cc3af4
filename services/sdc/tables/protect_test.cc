// Random tables, protected by the engine and attacked by an independent solver (GLPK).
#include "services/sdc/tables/protect.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/testing/enumerate.h"
#include "services/sdc/tables/testing/glpk_attacker.h"
#include "services/sdc/tables/testing/random_table.h"

namespace oboro::sdc {
namespace {

class RandomProtection : public ::testing::TestWithParam<int> {};

TEST_P(RandomProtection, NoSuppressedCellCanBeWorkedOut) {
  for (uint32_t i = 0; i < 12; ++i) {
    const testing::RandomTable t = testing::MakeRandomTable(100 * GetParam() + i);
    TablePolicy policy;
    policy.min_count = 2 + (i % 9);
    policy.zeros = static_cast<ZeroPolicy>(i % 3);
    policy.level = i % 4 == 3 ? ProtectionLevel::kR : ProtectionLevel::kP;
    policy.work_limit = 200'000;
    const auto table = ProtectCounts(t.grid, t.values, policy);
    ASSERT_TRUE(table.ok()) << table.status();
    ASSERT_TRUE(table->safe());  // the total may always go, so a way always exists
    testing::GlpkAttacker attacker(t.grid, t.values, table->statuses,
                                   policy.zeros == ZeroPolicy::kShown ? 1 : 0);
    for (CellId c = 0; c < t.grid.cell_count(); ++c) {
      if (!IsSuppressed(table->statuses[c])) {
        EXPECT_TRUE(t.values[c] >= policy.min_count ||
                    (t.values[c] == 0 && policy.zeros != ZeroPolicy::kProtected))
            << "a small count is shown";
        continue;
      }
      // Small tables in full, of large ones every fourth cell: GLPK is slow.
      if (t.grid.cell_count() > 100 && (c + i) % 4 != 0) continue;
      const auto [low, high] = attacker.Interval(c);
      EXPECT_LE(low, t.values[c]);
      EXPECT_GE(high, t.values[c]);
      EXPECT_LT(low, high) << "seed " << i << " cell " << c;
      if (policy.level == ProtectionLevel::kP &&
          table->statuses[c] == CellStatus::kSuppressedPrimary) {
        EXPECT_GE(high, policy.min_count) << "seed " << i << " cell " << c;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomProtection, ::testing::Range(0, 8));

TEST(ProtectCounts, EverySafeIsConfirmedByEnumeration) {
  int confirmed = 0;
  for (uint32_t i = 0; i < 120; ++i) {
    const testing::RandomTable t = testing::MakeSmallTable(7000 + i);
    TablePolicy policy;
    policy.min_count = 2 + (i % 4);
    policy.zeros = i % 2 == 0 ? ZeroPolicy::kOpen : ZeroPolicy::kProtected;
    policy.work_limit = 50'000;
    const auto table = ProtectCounts(t.grid, t.values, policy);
    ASSERT_TRUE(table.ok()) << table.status();
    ASSERT_TRUE(table->safe());
    const testing::Enumeration all =
        testing::Enumerate(t.grid, t.values, table->statuses, 1'000'000);
    if (!all.complete) continue;
    for (CellId c = 0; c < t.grid.cell_count(); ++c) {
      if (!IsSuppressed(table->statuses[c])) continue;
      EXPECT_LT(all.low[c], all.high[c]) << "table " << i << " cell " << c;
      if (table->statuses[c] == CellStatus::kSuppressedPrimary) {
        EXPECT_GE(all.high[c], policy.min_count) << "table " << i << " cell " << c;
      }
      ++confirmed;
    }
  }
  EXPECT_GT(confirmed, 300);
}

// The same table with its categories in another order and under other names.
TEST(ProtectCounts, PatternDoesNotDependOnOrderOrLabels) {
  std::mt19937 random(21);
  for (int round = 0; round < 10; ++round) {
    std::vector<uint32_t> order[2] = {{0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 4}};
    int64_t figures[7][5];
    for (auto& row : figures) {
      for (int64_t& f : row) f = static_cast<int64_t>(random() % 60);
    }
    std::vector<CellStatus> first;
    for (int turn = 0; turn < 4; ++turn) {
      std::vector<std::string> a, b;
      for (uint32_t i = 0; i < 7; ++i) a.push_back("a" + std::to_string(random()));
      for (uint32_t i = 0; i < 5; ++i) b.push_back("b" + std::to_string(random()));
      const Grid grid = *Grid::Make({*Dimension::Flat("a", a), *Dimension::Flat("b", b)});
      std::vector<int64_t> values(grid.cell_count(), 0);
      for (uint32_t i = 0; i < 7; ++i) {
        for (uint32_t j = 0; j < 5; ++j) {
          values[i * grid.stride(0) + j] = figures[order[0][i]][order[1][j]];
        }
      }
      grid.FillMargins(values);
      TablePolicy policy;
      policy.work_limit = 100'000;
      const auto table = ProtectCounts(grid, values, policy);
      ASSERT_TRUE(table.ok());
      std::vector<CellStatus> pattern(grid.cell_count());
      order[0].push_back(7), order[1].push_back(5);  // the totals
      for (uint32_t i = 0; i <= 7; ++i) {
        for (uint32_t j = 0; j <= 5; ++j) {
          pattern[order[0][i] * grid.stride(0) + order[1][j]] =
              table->statuses[i * grid.stride(0) + j];
        }
      }
      order[0].pop_back(), order[1].pop_back();
      if (turn == 0) first = pattern;
      EXPECT_EQ(pattern, first) << "round " << round << " turn " << turn;
      std::shuffle(order[0].begin(), order[0].end(), random);
      std::shuffle(order[1].begin(), order[1].end(), random);
    }
  }
}

TEST(ProtectCounts, SmallestTable) {
  // 2 x 2 with one small count: the other three must go too, or a margin.
  const Grid grid =
      *Grid::Make({*Dimension::Flat("a", {"a0", "a1"}), *Dimension::Flat("b", {"b0", "b1"})});
  std::vector<int64_t> v(9, 0);
  const auto at = [&](uint32_t a, uint32_t b) -> CellId { return a * 3 + b; };
  v[at(0, 0)] = 3, v[at(0, 1)] = 20, v[at(1, 0)] = 30, v[at(1, 1)] = 40;
  grid.FillMargins(v);
  const auto table = ProtectCounts(grid, v, TablePolicy{});
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(table->safe());
  EXPECT_EQ(table->primary, 1);
  EXPECT_EQ(table->secondary, 3);
  EXPECT_EQ(table->statuses[at(0, 0)], CellStatus::kSuppressedPrimary);
}

TEST(ProtectCounts, RefusesWhatIsNotAdditive) {
  const Grid grid = *Grid::Make({*Dimension::Flat("a", {"a0", "a1"})});
  const std::vector<int64_t> v = {10, 20, 31};
  EXPECT_EQ(ProtectCounts(grid, v, TablePolicy{}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ProtectCounts, ExposedWhenNothingMayBeSuppressed) {
  const Grid grid = *Grid::Make({*Dimension::Flat("a", {"a0", "a1"})});
  const std::vector<int64_t> v = {3, 20, 23};
  TablePolicy policy;
  policy.protected_cells = {1, 2};
  const auto table = ProtectCounts(grid, v, policy);
  ASSERT_TRUE(table.ok());
  EXPECT_FALSE(table->safe());
  ASSERT_EQ(table->exposed.size(), 1u);
  EXPECT_EQ(table->exposed[0].cell, 0u);
}

}  // namespace
}  // namespace oboro::sdc

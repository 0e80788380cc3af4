// Random tables, protected by the engine and attacked by an independent solver (GLPK).
#include "services/sdc/tables/protect.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

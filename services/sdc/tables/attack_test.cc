// The attack against GLPK and against plain enumeration of every consistent table.
#include "services/sdc/tables/attack.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/sdc/tables/testing/enumerate.h"
#include "services/sdc/tables/testing/glpk_attacker.h"
#include "services/sdc/tables/testing/random_table.h"

namespace oboro::sdc {
namespace {

// Suppresses cells at random, whether or not that is safe.
std::vector<CellStatus> RandomMarks(const Grid& grid, std::mt19937* random, int percent) {
  std::vector<CellStatus> statuses(grid.cell_count(), CellStatus::kValue);
  for (CellStatus& s : statuses) {
    if (static_cast<int>((*random)() % 100) < percent) s = CellStatus::kSuppressedSecondary;
  }
  return statuses;
}

TEST(Attack, EveryIntervalIsThatOfEnumeration) {
  std::mt19937 random(5);
  int compared = 0;
  for (uint32_t i = 0; i < 150; ++i) {
    const testing::RandomTable t = testing::MakeSmallTable(random());
    const auto statuses = RandomMarks(t.grid, &random, 20 + static_cast<int>(i % 50));
    CellBounds bounds;
    bounds.lower.assign(t.grid.cell_count(), 0);
    const testing::Enumeration all = testing::Enumerate(t.grid, t.values, statuses, 2'000'000);
    if (!all.complete) continue;
    const auto attack = Attack(t.grid, t.values, statuses, bounds);
    ASSERT_TRUE(attack.ok()) << attack.status();
    for (const CellInterval& x : attack->intervals) {
      ASSERT_TRUE(x.exact());
      EXPECT_EQ(x.low, all.low[x.cell]) << "table " << i << " cell " << x.cell;
      EXPECT_EQ(x.high, all.high[x.cell]) << "table " << i << " cell " << x.cell;
      ++compared;
    }
  }
  EXPECT_GT(compared, 500);
}

TEST(Attack, EveryIntervalIsThatOfGlpk) {
  std::mt19937 random(6);
  for (uint32_t i = 0; i < 30; ++i) {
    const testing::RandomTable t = testing::MakeRandomTable(random());
    const auto statuses = RandomMarks(t.grid, &random, 10 + static_cast<int>(i));
    CellBounds bounds;
    bounds.lower.assign(t.grid.cell_count(), 0);
    testing::GlpkAttacker glpk(t.grid, t.values, statuses, 0);
    const auto attack = Attack(t.grid, t.values, statuses, bounds);
    ASSERT_TRUE(attack.ok()) << attack.status();
    EXPECT_EQ(attack->inexact, 0u);
    for (size_t k = 0; k < attack->intervals.size(); k += 1 + attack->intervals.size() / 25) {
      const CellInterval& x = attack->intervals[k];
      const auto [low, high] = glpk.Interval(x.cell);
      EXPECT_EQ(x.low, low) << "table " << i << " cell " << x.cell;
      if (x.high != kUnbounded) {
        EXPECT_EQ(x.high, high) << "table " << i << " cell " << x.cell;
      } else {
        EXPECT_GT(high, int64_t{1} << 30);
      }
    }
  }
}

TEST(Attack, NamesTheEquationOfAMarginThatIsOffByOne) {
  testing::RandomTable t = testing::MakeRandomTable(3);
  std::vector<CellStatus> statuses(t.grid.cell_count(), CellStatus::kValue);
  CellBounds bounds;
  bounds.lower.assign(t.grid.cell_count(), 0);
  ASSERT_TRUE(Attack(t.grid, t.values, statuses, bounds).ok());
  CellId total = 0;
  for (size_t d = 0; d < t.grid.rank(); ++d) total += t.grid.dim(d).total() * t.grid.stride(d);
  t.values[total] += 1;
  const absl::Status status = Attack(t.grid, t.values, statuses, bounds).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(CellLabel(t.grid, total)), std::string::npos) << status;
}

TEST(Attack, FindsAContradictionThatNoSingleSumShows) {
  // Rows say x + y = 5 and z + w = 5, columns x + z = 4 and y + w = 7: the totals differ.
  const Grid grid =
      *Grid::Make({*Dimension::Flat("a", {"0", "1"}), *Dimension::Flat("b", {"0", "1"})});
  const std::vector<int64_t> v = {0, 0, 5, 0, 0, 5, 4, 7, 0};
  std::vector<CellStatus> s(9, CellStatus::kSuppressedPrimary);
  s[2] = s[5] = s[6] = s[7] = CellStatus::kValue;
  CellBounds bounds{std::vector<int64_t>(9, 0), {}};
  EXPECT_EQ(Attack(grid, v, s, bounds).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace oboro::sdc

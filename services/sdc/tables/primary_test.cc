// Every primary rule by itself: what it marks, and that what it asks for is so in the end.
#include "services/sdc/tables/primary.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/amounts.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/testing/glpk_attacker.h"

namespace oboro::sdc {
namespace {

using ::testing::ElementsAre;

struct Sample {
  Grid grid;
  std::vector<int64_t> values;
};

Sample TownsByWork(std::vector<int64_t> finest) {
  Sample s{*Grid::Make({*Dimension::Flat("town", {"a", "b", "c"}),
                        *Dimension::Flat("work", {"employed", "none", "pupil"})}),
           {}};
  s.values.assign(s.grid.cell_count(), 0);
  size_t i = 0;
  for (CellId c = 0; c < s.grid.cell_count(); ++c) {
    if (s.grid.is_finest(c)) s.values[c] = finest[i++];
  }
  s.grid.FillMargins(s.values);
  return s;
}

CellId Cell(const Grid& grid, uint32_t town, uint32_t work) {
  const uint32_t nodes[] = {town, work};
  return grid.cell(nodes);
}

TEST(PrimaryRules, FewHouseholdsMakeACellSensitive) {
  const Sample s = TownsByWork({12, 20, 30, 40, 50, 60, 25, 35, 45});
  TablePolicy policy;
  // The 12 employed of a are two households; 30 others live in plenty.
  policy.units = {{"households", std::vector<int64_t>(s.values.size(), 9), 3}};
  policy.units[0].units[0] = 2;
  const auto table = ProtectCounts(s.grid, s.values, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(table->safe());
  EXPECT_EQ(table->primary, 1);
  EXPECT_EQ(table->statuses[0], CellStatus::kSuppressedPrimary);
  EXPECT_THAT(table->rules, ElementsAre(RuleHit{"households", 1}));
  testing::GlpkAttacker attacker(s.grid, s.values, table->statuses, 0);
  EXPECT_GE(attacker.Interval(0).second, 13);  // room for the third household
}

TEST(PrimaryRules, OneOrTwoEstablishmentsAreNeverShown) {
  const Sample s = TownsByWork({120, 200, 300, 400, 500, 600, 250, 350, 450});
  TablePolicy policy;
  policy.units = {{"establishments", std::vector<int64_t>(s.values.size(), 3), 3}};
  policy.units[0].units[4] = 1;
  policy.units[0].units[5] = 2;
  policy.units[0].units[6] = 0;  // none: there is nobody to protect
  const auto table = ProtectCounts(s.grid, s.values, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->primary, 2);
  EXPECT_TRUE(table->safe());
}

TEST(PrimaryRules, FewHoldingsOfAmounts) {
  const Sample s = TownsByWork({1000, 2000, 3000, 4000, 5000, 6000, 2500, 3500, 4500});
  AmountTable table{s.values, std::vector<CellContributions>(s.values.size())};
  for (size_t c = 0; c < s.values.size(); ++c) table.cells[c] = {{s.values[c] / 9}, 9, -1, 0};
  AmountPolicy policy;
  policy.units = {{"holdings", std::vector<int64_t>(s.values.size(), 5), 3}};
  policy.units[0].units[1] = 1;
  const auto safe = ProtectAmounts(s.grid, table, policy);
  ASSERT_TRUE(safe.ok()) << safe.status();
  EXPECT_EQ(safe->primary, 1);
  EXPECT_THAT(safe->rules, ElementsAre(RuleHit{"holdings", 1}));
  policy.units[0].units.pop_back();
  EXPECT_EQ(ProtectAmounts(s.grid, table, policy).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// All 30 people of town a are employed: who lives there is known to be.
TEST(PrimaryRules, AllInOneCellMayBeElsewhere) {
  const Sample s = TownsByWork({30, 0, 0, 40, 50, 60, 25, 35, 45});
  TablePolicy policy;
  EXPECT_EQ(ProtectCounts(s.grid, s.values, policy)->primary, 0);
  policy.attributes.all_in_one = {1};
  const auto table = ProtectCounts(s.grid, s.values, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_TRUE(table->safe());
  EXPECT_THAT(table->rules, ElementsAre(RuleHit{"all in one", 1}));
  EXPECT_EQ(table->statuses[0], CellStatus::kSuppressedPrimary);
  // The margin stays and one of the zeros may be more, so that not all need be employed.
  testing::GlpkAttacker attacker(s.grid, s.values, table->statuses, 0);
  const CellId margin = Cell(s.grid, 0, 3);
  const auto [low, high] = attacker.Interval(0);
  if (!IsSuppressed(table->statuses[margin])) {
    EXPECT_LT(low, 30);
  }
  bool zero_hidden = false;
  for (uint32_t w : {1u, 2u}) {
    const CellId c = Cell(s.grid, 0, w);
    zero_hidden |= IsSuppressed(table->statuses[c]) && attacker.Interval(c).second > 0;
  }
  EXPECT_TRUE(zero_hidden);
  policy.zeros = ZeroPolicy::kShown;
  EXPECT_EQ(ProtectCounts(s.grid, s.values, policy).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PrimaryRules, AllInOneHoldsForHiddenMarginsToo) {
  // A margin below the threshold is hidden itself; still it must be possible that not all of its
  // people are employed.
  const Sample s = TownsByWork({4, 0, 0, 40, 50, 60, 25, 35, 45});
  TablePolicy policy;
  policy.attributes.all_in_one = {1};
  const auto table = ProtectCounts(s.grid, s.values, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_TRUE(table->safe());
  const bool proven = std::any_of(table->proofs.begin(), table->proofs.end(), [&](const auto& p) {
    return p.target.cell == 0 && p.sign < 0 && p.target.keep == Cell(s.grid, 0, 3) &&
           ChangeOf(p.witness, p.target.keep) == 0;
  });
  EXPECT_TRUE(proven);
}

TEST(PrimaryRules, AllButZero) {
  const Sample s = TownsByWork({30, 20, 0, 40, 50, 60, 25, 35, 45});
  TablePolicy policy;
  policy.attributes.all_but_zero = {1};
  const auto table = ProtectCounts(s.grid, s.values, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_TRUE(table->safe());
  EXPECT_THAT(table->rules, ElementsAre(RuleHit{"all but zero", 1}));
  const CellId zero = Cell(s.grid, 0, 2);
  EXPECT_EQ(table->statuses[zero], CellStatus::kSuppressedPrimary);
  testing::GlpkAttacker attacker(s.grid, s.values, table->statuses, 0);
  EXPECT_GE(attacker.Interval(zero).second, 1);
}

TEST(PrimaryRules, EveryTenantHasItsOwnMinimum) {
  const Sample s = TownsByWork({15, 25, 35, 12, 50, 60, 25, 35, 45});
  TablePolicy policy;
  policy.given_min_count.assign(s.values.size(), 10);
  for (uint32_t w = 0; w < 4; ++w) policy.given_min_count[Cell(s.grid, 0, w)] = 20;
  const auto table = ProtectCounts(s.grid, s.values, policy);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->primary, 1);  // 15 of the small municipality, not 12 of the other
  EXPECT_EQ(table->statuses[0], CellStatus::kSuppressedPrimary);
}

TEST(PrimaryRules, RandomTablesKeepAttributesUncertain) {
  std::mt19937 random(21);
  int hit = 0;
  for (int i = 0; i < 60; ++i) {
    std::vector<int64_t> finest;
    for (int k = 0; k < 9; ++k) finest.push_back(random() % 2 == 0 ? 0 : random() % 30);
    const Sample s = TownsByWork(finest);
    TablePolicy policy;
    policy.min_count = 5;
    policy.attributes.all_in_one = {1};
    policy.work_limit = 50'000;
    const auto table = ProtectCounts(s.grid, s.values, policy);
    ASSERT_TRUE(table.ok()) << table.status();
    if (!table->safe()) continue;  // a table of one person cannot be protected
    testing::GlpkAttacker attacker(s.grid, s.values, table->statuses, 0);
    for (uint32_t town = 0; town < 4; ++town) {
      const CellId margin = Cell(s.grid, town, 3);
      if (s.values[margin] == 0) continue;
      for (uint32_t w = 0; w < 3; ++w) {
        if (s.values[Cell(s.grid, town, w)] != s.values[margin]) continue;
        ++hit;
        // Some other category of the margin must be possible.
        int64_t elsewhere = 0;
        for (uint32_t other = 0; other < 3; ++other) {
          if (other != w) elsewhere += attacker.Interval(Cell(s.grid, town, other)).second;
        }
        EXPECT_GT(elsewhere, 0) << i;
      }
    }
  }
  EXPECT_GT(hit, 20);
}

}  // namespace
}  // namespace oboro::sdc

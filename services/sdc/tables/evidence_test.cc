// What the evidence holds, and that its outside part holds nothing of the hidden figures.
#include "services/sdc/tables/evidence.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/testing/random_table.h"

namespace oboro::sdc {
namespace {

TEST(Evidence, IntervalsContainTheTruthAndSaySoWhereTheyAreExact) {
  int exact = 0, bounded = 0;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const testing::RandomTable t = testing::MakeRandomTable(300 + seed);
    TablePolicy policy;
    policy.work_limit = 100'000;
    const auto table = ProtectCounts(t.grid, t.values, policy);
    ASSERT_TRUE(table.ok()) << table.status();
    const auto full = MakeEvidence(t.grid, t.values, policy, *table);
    EvidenceOptions none;
    none.attack_work = 1;  // too little for any program
    const auto cheap = MakeEvidence(t.grid, t.values, policy, *table, none);
    ASSERT_TRUE(full.ok() && cheap.ok());
    ASSERT_EQ(full->intervals.size(), cheap->intervals.size());
    for (size_t i = 0; i < full->intervals.size(); ++i) {
      const CellInterval &a = full->intervals[i], &b = cheap->intervals[i];
      EXPECT_TRUE(a.exact());
      EXPECT_LT(a.low, a.high);
      // Without programs: witnesses from inside, propagation from outside, the truth in between.
      EXPECT_LT(b.low, b.high) << "every suppressed cell is moved by a witness";
      EXPECT_LE(b.outer_low, a.low);
      EXPECT_LE(a.low, b.low);
      EXPECT_LE(b.high, a.high);
      EXPECT_LE(a.high, b.outer_high);
      exact += b.exact() ? 1 : 0;
      ++bounded;
    }
  }
  EXPECT_GT(bounded, 100);
  EXPECT_LT(exact, bounded);
}

TEST(Evidence, JsonIsCanonicalAndTheOutsidePartTellsNothing) {
  const testing::RandomTable t = testing::MakeRandomTable(303);
  TablePolicy policy;
  policy.work_limit = 100'000;
  const auto table = ProtectCounts(t.grid, t.values, policy);
  ASSERT_TRUE(table.ok());
  auto evidence = MakeEvidence(t.grid, t.values, policy, *table);
  ASSERT_TRUE(evidence.ok());
  evidence->ledger = LedgerVerdict::kSafe;
  evidence->ledger_releases = 3;
  const std::string inside = InsideJson(t.grid, *evidence), outside = OutsideJson(*evidence);
  EXPECT_EQ(inside, nlohmann::json::parse(inside).dump());
  EXPECT_EQ(nlohmann::json::parse(inside)["ledger"]["verdict"], "safe");
  std::set<std::string> keys;
  const nlohmann::json parsed = nlohmann::json::parse(outside);
  for (const auto& [key, value] : parsed.items()) keys.insert(key);
  EXPECT_THAT(
      keys, ::testing::ElementsAre("cells", "level", "method", "min_count", "suppressed", "zeros"));
  EXPECT_EQ(parsed["suppressed"], table->primary + table->secondary);
}

}  // namespace
}  // namespace oboro::sdc

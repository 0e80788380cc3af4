#include "services/verification/combinations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/platform/base/status_matchers.h"

namespace oboro::verification {
namespace {

using ::testing::ElementsAre;

sdc::CodedTable Table(const std::vector<std::string>& names,
                      const std::vector<std::vector<uint32_t>>& columns) {
  std::vector<sdc::CodedColumn> made;
  for (size_t c = 0; c < names.size(); ++c) {
    std::vector<std::string> labels;
    for (char label = 'a'; label <= 'h'; ++label) labels.emplace_back(1, label);
    auto column = sdc::CodedColumn::Make(names[c], labels, columns[c]);
    EXPECT_OK(column);
    made.push_back(*std::move(column));
  }
  auto table = sdc::CodedTable::Make(std::move(made));
  EXPECT_OK(table);
  return *std::move(table);
}

// Eight records. age alone: 4 and 4. town alone: 6, 1, 1. age and town: 4, 2, 1, 1.
sdc::CodedTable Eight() {
  return Table({"age", "town", "sex"},
               {{0, 0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0, 1, 2}, {0, 0, 1, 1, 0, 0, 0, 0}});
}

TEST(Combinations, WorkedOutByHand) {
  ASSERT_OK_AND_ASSIGN(const Combinations found,
                       FindCombinations(Eight(), {"age", "town", "sex"}, 3, 2));
  // Below 3: all three: (0,0,0)x2 (0,0,1)x2 (1,0,0)x2 (1,1,0) (1,2,0): 8. age-town: 2+1+1 = 4.
  // age-sex: 2+2 (and 4) = 4. town-sex: (0,0)x4 (0,1)x2 (1,0) (2,0) = 4. town: 2. sex: 2. age: 0.
  ASSERT_EQ(found.worst.size(), 6u);
  EXPECT_THAT(found.worst[0].columns, ElementsAre("age", "town", "sex"));
  EXPECT_EQ(found.worst[0].below, 8);
  EXPECT_EQ(found.worst[0].classes, 5);
  EXPECT_EQ(found.worst[0].uniques, 2);
  EXPECT_THAT(found.worst[1].columns, ElementsAre("age", "town"));
  EXPECT_EQ(found.worst[1].below, 4);
  EXPECT_THAT(found.worst[2].columns, ElementsAre("age", "sex"));
  EXPECT_THAT(found.worst[3].columns, ElementsAre("town", "sex"));
  EXPECT_THAT(found.worst[4].columns, ElementsAre("town"));
  EXPECT_THAT(found.worst[5].columns, ElementsAre("sex"));
  ASSERT_EQ(found.without.size(), 3u);
  EXPECT_THAT(found.without[1].columns, ElementsAre("town"));
  EXPECT_EQ(found.without[1].below, 4);  // age-sex
  EXPECT_EQ(found.without[1].uniques, 0);
}

TEST(Combinations, AColumnThatAddsNothingIsNotNamed) {
  // `same` tells what `town` tells.
  const auto table = Table({"town", "same"}, {{0, 0, 0, 1, 2}, {1, 1, 1, 2, 3}});
  ASSERT_OK_AND_ASSIGN(const Combinations found, FindCombinations(table, {"town", "same"}, 3, 1));
  ASSERT_EQ(found.worst.size(), 2u);
  EXPECT_THAT(found.worst[0].columns, ElementsAre("town"));
  EXPECT_THAT(found.worst[1].columns, ElementsAre("same"));
}

TEST(Combinations, NothingBelowIsNothingToTell) {
  const auto table = Table({"sex"}, {{0, 0, 1, 1}});
  ASSERT_OK_AND_ASSIGN(const Combinations found, FindCombinations(table, {"sex"}, 2, 1));
  EXPECT_TRUE(found.worst.empty());
  EXPECT_TRUE(found.without.empty());
}

TEST(Combinations, ManyColumnsAreTriedInPairsThenNotAtAll) {
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back("c" + std::to_string(i));
  std::vector<std::vector<uint32_t>> columns(30, {0, 0, 1});
  const auto table = Table(names, columns);
  std::vector<std::string> some(names.begin(), names.begin() + 20);
  ASSERT_OK_AND_ASSIGN(const Combinations pairs, FindCombinations(table, some, 2, 1));
  EXPECT_EQ(pairs.worst.size(), 10u);
  ASSERT_OK_AND_ASSIGN(const Combinations none, FindCombinations(table, names, 2, 1));
  EXPECT_TRUE(none.worst.empty());
  EXPECT_EQ(none.without.size(), 30u);
}

}  // namespace
}  // namespace oboro::verification

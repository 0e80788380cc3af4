#include "services/tenancy/cost_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace oboro::tenancy {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CostSharesTest, IsTheMeanOfTheSharesOfBytesAndOfSeconds) {
  // 1/4 and 9/10 of bytes and seconds; 3/4 and 1/10.
  EXPECT_THAT(CostShares({{100, 90}, {300, 10}}), ElementsAre(DoubleEq(0.575), DoubleEq(0.425)));
}

TEST(CostSharesTest, AddsUpToOneAlsoWhenNothingIsStored) {
  EXPECT_THAT(CostShares({{0, 30}, {0, 10}}), ElementsAre(DoubleEq(0.75), DoubleEq(0.25)));
  EXPECT_THAT(CostShares({{5, 0}, {0, 0}}), ElementsAre(DoubleEq(1), DoubleEq(0)));
  const std::vector<double> shares = CostShares({{1, 2}, {3, 0}, {0, 7}, {0, 0}});
  EXPECT_DOUBLE_EQ(std::accumulate(shares.begin(), shares.end(), 0.0), 1.0);
}

TEST(CostSharesTest, NobodyPaysForNothing) {
  EXPECT_THAT(CostShares({{0, 0}, {0, 0}}), ElementsAre(0.0, 0.0));
  EXPECT_THAT(CostShares({}), IsEmpty());
}

}  // namespace
}  // namespace oboro::tenancy

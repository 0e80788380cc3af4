#include "services/sdc/records/exact.h"

#include <gtest/gtest.h>

#include <cmath>

#include "services/sdc/records/models.h"

namespace oboro::sdc {
namespace {

TEST(RationalTest, ReadsDecimalsAsTheyStand) {
  const auto is = [](const char* text, int64_t num, int64_t den) {
    const auto r = Rational::Parse(text);
    ASSERT_TRUE(r.ok()) << text;
    EXPECT_EQ(*r, (Rational{num, den})) << text;
  };
  is("0.2", 1, 5);
  is("0.05", 1, 20);
  is("5", 5, 1);
  is("1e-3", 1, 1000);
  is("-1.50", -3, 2);
  is(".5", 1, 2);
  is("0", 0, 1);
  is("2E3", 2000, 1);
  for (const char* bad :
       {"", "-", "abc", "1.2.3", "1e", "0.1x", "1234567890123456", "1e99", "nan"}) {
    EXPECT_FALSE(Rational::Parse(bad).ok()) << bad;
  }
}

TEST(RationalTest, FloorsAProductWithoutRoundingError) {
  // 0.07 * 100 is 7.000000000000001 in floating point, 0.29 * 100 is 28.999999999999996.
  EXPECT_EQ(FloorOfProduct(*Rational::Parse("0.29"), 100), 29u);
  EXPECT_EQ(FloorOfProduct(*Rational::Parse("0.07"), 100), 7u);
  EXPECT_EQ(FloorOfProduct(*Rational::Parse("0.05"), 30162), 1508u);
}

TEST(SignOfLogSumTest, DecidesTiesAndWhatIsNextToThem) {
  const auto sign = [](std::vector<LogTerm> logs) { return SignOfLogSum(logs); };
  EXPECT_EQ(sign({{8, 2}, {4, -3}}), 0);
  EXPECT_EQ(sign({{6, 5}, {2, -5}, {3, -5}}), 0);
  EXPECT_EQ(sign({{12, 3}, {18, -1}, {8, -1}, {12, -1}}), 0);
  EXPECT_EQ(sign({}), 0);
  // Neighbours of 2^62: 1 part in 4.6e18, beyond any double.
  const uint64_t big = uint64_t{1} << 62;
  EXPECT_EQ(sign({{big + 1, 1}, {2, -62}}), 1);
  EXPECT_EQ(sign({{big - 1, 1}, {2, -62}}), -1);
  // (x^2 - 1) / x^2 with x = 2^31 - 1, raised to a power: the sum of logs is about -2e-13.
  const uint64_t x = (uint64_t{1} << 31) - 1;
  EXPECT_EQ(sign({{x - 1, 1000000}, {x + 1, 1000000}, {x, -2000000}}), -1);
}

TEST(SignOfLogSumTest, ComparesLogarithmsWithRationals) {
  // ln 2 = 0.693147180559945309417...: the rationals differ from it in the 18th digit.
  const std::vector<LogTerm> ln2 = {{2, 1}};
  const std::vector<RationalTerm> below = {{-1, {693147180559945309ull}, {1000000000000000000ull}}};
  const std::vector<RationalTerm> above = {{-1, {693147180559945310ull}, {1000000000000000000ull}}};
  EXPECT_EQ(SignOfLogSum(ln2, below), 1);
  EXPECT_EQ(SignOfLogSum(ln2, above), -1);
  const std::vector<RationalTerm> thirds = {{1, {1}, {3}}, {-1, {2}, {6}}};
  EXPECT_EQ(SignOfLogSum({}, thirds), 0);
  const std::vector<RationalTerm> one = {{1, {}, {}}, {-1, {999999999999ull}, {1000000000000ull}}};
  EXPECT_EQ(SignOfLogSum({}, one), 1);
}

using Values = std::vector<ClassJudge::ValueCount>;

ClassJudge Judge(Model model, std::vector<uint64_t> counts, const Hierarchy* hierarchy = nullptr) {
  SensitiveAttribute s;
  s.name = "s";
  uint64_t records = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    s.values.push_back(std::to_string(i));
    records += counts[i];
  }
  s.counts = counts;
  s.order = ValueOrder(s.values);
  s.hierarchy = hierarchy;
  auto judge = ClassJudge::Make({model}, {s}, records);
  EXPECT_TRUE(judge.ok()) << judge.status();
  return *std::move(judge);
}

bool Holds(const ClassJudge& judge, const Values& values) {
  ClassJudge::Scratch scratch;
  uint64_t n = 0;
  for (const auto& [code, v] : values) n += v;
  const std::vector<Values> all = {values};
  return judge.Satisfies(n, all, scratch);
}

TEST(ClassJudgeTest, EntropyTreatsEvenClassesOfAnySizeAlike) {
  const ClassJudge judge = Judge(Model::EntropyL(Rational::Of(3)), {1000000, 1000000, 1000000});
  for (const uint64_t n : {1ull, 2ull, 3ull, 7ull, 1000ull, 333333ull, 999999ull}) {
    EXPECT_TRUE(Holds(judge, {{0, n}, {1, n}, {2, n}})) << n;
    EXPECT_FALSE(Holds(judge, {{0, n}, {1, n}, {2, n + 1}})) << n;
  }
}

TEST(ClassJudgeTest, TClosenessAtItsVeryThreshold) {
  // Half the L1 distance of (1, 0) to (0.8, 0.2) is 0.2 exactly.
  EXPECT_TRUE(Holds(Judge(Model::TEqual(*Rational::Parse("0.2")), {80, 20}), {{0, 3}}));
  EXPECT_FALSE(Holds(Judge(Model::TEqual(*Rational::Parse("0.19999999")), {80, 20}), {{0, 3}}));
  // Ordered: cumulated differences of (0,0,1) to thirds are 1/3, 2/3, 0: (1/3 + 2/3) / 2 = 0.5.
  EXPECT_TRUE(Holds(Judge(Model::TOrdered(Rational::Of(1, 2)), {9, 9, 9}), {{2, 5}}));
  EXPECT_FALSE(Holds(Judge(Model::TOrdered(*Rational::Parse("0.499999")), {9, 9, 9}), {{2, 5}}));
}

TEST(ClassJudgeTest, LikenessAndDisclosure) {
  // p = 1/2 against 1/4: the gain is 1, the base-2 distance 1.
  const std::vector<uint64_t> counts = {25, 75};
  EXPECT_TRUE(Holds(Judge(Model::BetaLikeness(Rational::Of(1)), counts), {{0, 1}, {1, 1}}));
  EXPECT_FALSE(
      Holds(Judge(Model::BetaLikeness(*Rational::Parse("0.999")), counts), {{0, 1}, {1, 1}}));
  EXPECT_FALSE(Holds(Judge(Model::DeltaDisclosure(Rational::Of(1)), counts), {{0, 1}, {1, 1}}));
  EXPECT_TRUE(
      Holds(Judge(Model::DeltaDisclosure(*Rational::Parse("1.001")), counts), {{0, 1}, {1, 1}}));
  // -ln(0.75) = 0.2876...: a gain of 1/3 (75 % to 100 %) is too much however large beta is.
  EXPECT_FALSE(Holds(Judge(Model::EnhancedBeta(Rational::Of(9)), counts), {{1, 4}}));
  EXPECT_TRUE(Holds(Judge(Model::BetaLikeness(Rational::Of(9)), counts), {{1, 4}}));
}

TEST(ClassJudgeTest, RecursiveIsStrict) {
  // r1 < c (r_l + ...): 4 < 2 * 2 fails, 3 < 2 * 2 holds.
  const ClassJudge judge = Judge(Model::RecursiveCL(Rational::Of(2), 2), {50, 50, 50});
  EXPECT_FALSE(Holds(judge, {{0, 4}, {1, 2}}));
  EXPECT_TRUE(Holds(judge, {{0, 3}, {1, 2}}));
  EXPECT_FALSE(Holds(judge, {{0, 3}}));
}

TEST(ClassJudgeTest, RefusesParametersOutOfRange) {
  EXPECT_FALSE(Model::KAnonymity(0).Check().ok());
  EXPECT_FALSE(Model::TEqual(Rational::Of(3, 2)).Check().ok());
  EXPECT_FALSE(Model::BetaLikeness(Rational::Of(0)).Check().ok());
  EXPECT_FALSE(ClassJudge::Make({Model::DistinctL(2)}, {}, 10).ok());
  SensitiveAttribute s;
  s.values = {"a"};
  s.counts = {10};
  EXPECT_FALSE(ClassJudge::Make({Model::THierarchical(Rational::Of(1, 5))}, {s}, 10).ok());
}

}  // namespace
}  // namespace oboro::sdc

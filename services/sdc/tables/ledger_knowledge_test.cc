// Knowledge across measures, dates and insiders: planted leaks, and every verdict over random
// linked pairs of tables against plain enumeration.
#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/ledger.h"

namespace oboro::sdc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kThreshold = 3;

Grid Towns() {
  return *Grid::Make({*Dimension::Flat("town", {"a", "b"}), *Dimension::Flat("sex", {"f", "m"})});
}

std::vector<int64_t> Filled(const Grid& grid, std::vector<int64_t> finest) {
  std::vector<int64_t> values(grid.cell_count(), 0);
  size_t i = 0;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (grid.is_finest(c)) values[c] = finest[i++];
  }
  grid.FillMargins(values);
  return values;
}

// All cells of a table but those hidden; small counts are primaries.
LedgerRelease Table(const std::string& id, const std::vector<int64_t>& values, int64_t threshold,
                    const std::vector<CellId>& secondary = {}) {
  LedgerRelease r;
  r.id = id;
  r.threshold = threshold;
  for (CellId c = 0; c < values.size(); ++c) {
    const bool small = values[c] > 0 && values[c] < threshold;
    const bool also = std::find(secondary.begin(), secondary.end(), c) != secondary.end();
    r.cells.push_back(c);
    r.values.push_back(small || also ? -1 : values[c]);
    r.statuses.push_back(small  ? CellStatus::kSuppressedPrimary
                         : also ? CellStatus::kSuppressedSecondary
                                : CellStatus::kValue);
  }
  return r;
}

LedgerRelease Only(const std::string& id, const std::vector<int64_t>& values, int64_t threshold,
                   const std::vector<CellId>& cells) {
  LedgerRelease r;
  r.id = id;
  r.threshold = threshold;
  for (CellId c : cells) {
    r.cells.push_back(c);
    r.values.push_back(values[c]);
    r.statuses.push_back(CellStatus::kValue);
  }
  return r;
}

TEST(CheckTable, NamesWhatFailsAndIsExact) {
  Knowledge k(3);
  k.AddEquation({{0}, {1}}, 10, "total");
  k.AddInequality({{2}}, {{0}}, 0, "households <= persons");
  k.AddMean({{1}}, {{0}}, 25, 1, "mean");  // x1 / x0 in [2.45, 2.55)
  EXPECT_FALSE(CheckTable(k, std::vector<int64_t>{3, 6, 0}).ok());
  EXPECT_THAT(CheckTable(k, std::vector<int64_t>{3, 7, 4}).ToString(), HasSubstr("households"));
  EXPECT_THAT(CheckTable(k, std::vector<int64_t>{3, 7, 3}).ToString(), HasSubstr("mean"));
  Knowledge m(2);
  m.AddMean({{1}}, {{0}}, 25, 1, "mean");
  EXPECT_TRUE(CheckTable(m, std::vector<int64_t>{20, 49}).ok());   // 2.45 rounds to 2.5
  EXPECT_FALSE(CheckTable(m, std::vector<int64_t>{20, 51}).ok());  // 2.55 rounds to 2.6
  EXPECT_FALSE(CheckTable(m, std::vector<int64_t>{0, 0}).ok());    // no mean of nothing
}

TEST(LedgerKnowledge, APopulationPublishedElsewhereCapsACount) {
  const Grid grid = Towns();
  // A protected table of welfare recipients: a-f 2 hides among a-m, b-f, b-m.
  const std::vector<int64_t> v = Filled(grid, {2, 12, 14, 15});
  const LedgerRelease table = Table("recipients", v, 10, {1, 3, 4});
  EXPECT_EQ(CheckRelease(grid, {}, table, v)->verdict, LedgerVerdict::kSafe);
  // The open data of the city say that at most 6 women live in a at all.
  LedgerRelease open;
  open.id = "open-data";
  open.elsewhere = true;
  open.intervals = {{0, 0, 6}};
  const auto capped = CheckRelease(grid, std::span(&open, 1), table, v);
  ASSERT_TRUE(capped.ok()) << capped.status();
  EXPECT_EQ(capped->verdict, LedgerVerdict::kSafe) << "what is out cannot be held against it";
  // But b-f bounded by a rounded figure of ours leaves a-f no room up to 10.
  LedgerRelease rounded;
  rounded.id = "rounded";
  rounded.intervals = {{3, 10, 15}};
  const auto tight = CheckRelease(grid, std::span(&rounded, 1), table, v);
  ASSERT_TRUE(tight.ok()) << tight.status();
  EXPECT_NE(tight->verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(tight->exposed, (std::vector<CellId>{0}));
}

TEST(LedgerKnowledge, HouseholdsBoundPersons) {
  const Grid grid = Towns();
  const std::vector<int64_t> persons = Filled(grid, {2, 12, 14, 15});
  const std::vector<int64_t> households = Filled(grid, {2, 12, 6, 7});
  LedgerRelease p = Table("persons", persons, 10, {1, 3, 4});
  LedgerRelease h = Only("households", households, 1, {1});
  h.measure = "households";
  const std::vector<LedgerBase> bases = {{"", "", persons}, {"households", "", households}};
  LedgerOptions options;
  const auto apart = CheckLedger(grid, std::span(&h, 1), p, bases, options);
  ASSERT_TRUE(apart.ok()) << apart.status();
  EXPECT_EQ(apart->verdict, LedgerVerdict::kSafe);
  // 12 households among the men of a: at least 12 men, so at most 2 women of 14.
  options.links = {{"households", ""}};
  const auto linked = CheckLedger(grid, std::span(&h, 1), p, bases, options);
  ASSERT_TRUE(linked.ok()) << linked.status();
  EXPECT_NE(linked->verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(linked->exposed, std::vector<CellId>{0});
  EXPECT_EQ(linked->exposed_layer, std::vector<std::string>{"counts"});
}

TEST(LedgerKnowledge, BothMeasuresMayMoveTogether) {
  // One person in one household: neither can move alone beyond the other, both can together.
  const Grid grid = Towns();
  const std::vector<int64_t> v = Filled(grid, {1, 12, 14, 15});
  LedgerRelease p = Table("persons", v, 10, {1, 3, 4}), h = Table("households", v, 10, {1, 3, 4});
  h.measure = "households";
  const std::vector<LedgerBase> bases = {{"", "", v}, {"households", "", v}};
  LedgerOptions options;
  options.links = {{"households", ""}};
  const auto answer = CheckLedger(grid, std::span(&h, 1), p, bases, options);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->verdict, LedgerVerdict::kSafe);
  EXPECT_GT(answer->programs, 0u);
}

TEST(LedgerKnowledge, AMeanTimesItsCountIsASum) {
  const Grid grid = *Grid::Make({*Dimension::Flat("town", {"a", "b"})});
  const std::vector<int64_t> counts = {20, 30, 50}, sums = {6000, 9100, 15100};
  LedgerRelease tax;
  tax.id = "tax";
  tax.measure = "sum:tax";
  tax.amounts = true;
  tax.cells = {0, 1, 2};
  tax.values = {0, 0, 15100};
  tax.statuses = {CellStatus::kSuppressedPrimary, CellStatus::kSuppressedSecondary,
                  CellStatus::kValue};
  tax.targets = {{0, 900, 900}};
  LedgerRelease means = Only("means", sums, 1, {});
  means.measure = "sum:tax";
  means.amounts = true;
  means.means = {{1, 30333, 2, ""}};  // town b: 303.33
  LedgerRelease count = Only("counts", counts, 10, {0, 1, 2});
  const std::vector<LedgerBase> bases = {{"", "", counts}, {"sum:tax", "", sums}};
  const auto alone = CheckLedger(grid, std::span(&count, 1), tax, bases);
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_EQ(alone->verdict, LedgerVerdict::kSafe);
  // 303.33 x 30 is between 9099.75 and 9100.05: the sum of b is 9100, that of a 6000.
  const std::vector<LedgerRelease> both = {count, means};
  const auto known = CheckLedger(grid, both, tax, bases);
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_EQ(known->verdict, LedgerVerdict::kRefused);
  EXPECT_EQ(known->exposed, (std::vector<CellId>{0, 1}));
  EXPECT_EQ(known->because, "counts, means");
}

// The mean of a is suppressed, but the means of b and of both times their counts leave its sum
// between 2,650 and 2,690; p % asks for 75 to both sides.
TEST(LedgerKnowledge, ASuppressedMeanIsAttackedByTheMeansAroundIt) {
  const Grid grid = *Grid::Make({*Dimension::Flat("town", {"a", "b"})});
  const std::vector<LedgerBase> bases = {{"", "", {12, 15, 27}},
                                         {"income", "", {2670, 3000, 5670}}};
  const LedgerRelease counts = Table("counts", bases[0].values, 10);
  LedgerRelease means;
  means.id = "means";
  means.measure = "income";
  means.amounts = true;
  means.cells = {0};
  means.values = {-1};
  means.statuses = {CellStatus::kSuppressedPrimary};
  means.targets = {{0, 75, 75}};
  means.means = {{1, 200, 0, ""}, {2, 210, 0, ""}};
  const auto answer = CheckLedger(grid, std::span(&counts, 1), means, bases);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->verdict, LedgerVerdict::kRefused);
  EXPECT_THAT(answer->exposed, ElementsAre(0));
  EXPECT_THAT(answer->exposed_layer, ElementsAre("income"));
  // With the mean of b suppressed too nothing bounds them apart.
  means.cells = {0, 1};
  means.values = {-1, -1};
  means.statuses = {CellStatus::kSuppressedPrimary, CellStatus::kSuppressedSecondary};
  means.means = {{2, 210, 0, ""}};
  const auto both = CheckLedger(grid, std::span(&counts, 1), means, bases);
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(both->verdict, LedgerVerdict::kSafe);
}

TEST(LedgerKnowledge, DatesAreLinkedByTheFlowBoundOnly) {
  const Grid grid = Towns();
  const std::vector<int64_t> before = Filled(grid, {11, 12, 14, 15});
  const std::vector<int64_t> after = Filled(grid, {9, 12, 14, 15});
  LedgerRelease first = Table("2026-01", before, 10);
  first.as_of = "2026-01";
  LedgerRelease second = Table("2026-02", after, 10, {1, 3, 4});
  second.as_of = "2026-02";
  const std::vector<LedgerBase> bases = {{"", "2026-01", before}, {"", "2026-02", after}};
  LedgerOptions options;
  EXPECT_EQ(CheckLedger(grid, std::span(&first, 1), second, bases, options)->verdict,
            LedgerVerdict::kSafe);
  options.flow_bound = 3;  // 9 may be 10: at most 14 after 11
  EXPECT_EQ(CheckLedger(grid, std::span(&first, 1), second, bases, options)->verdict,
            LedgerVerdict::kSafe);
  // After 11 at least 9, and the men of b went from 15 to at least 13: no certainty, but with
  // threshold 20 the highest value 14 stays below it.
  LedgerRelease strict = second;
  strict.threshold = 20;
  const auto answer = CheckLedger(grid, std::span(&first, 1), strict, bases, options);
  EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(answer->exposed, std::vector<CellId>{0});
  options.flow_bound = 1;  // broken by the true tables: an error, no verdict
  EXPECT_EQ(CheckLedger(grid, std::span(&first, 1), second, bases, options).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(LedgerKnowledge, ACoalitionKnowsMoreThanItsMembers) {
  const Grid grid = *Grid::Make({*Dimension::Flat("holding", {"a", "b", "c", "d"})});
  const std::vector<int64_t> v = {40, 50, 60, 70, 220};
  LedgerRelease r;
  r.id = "amounts";
  r.amounts = true;
  r.cells = {0, 1, 2, 3, 4};
  r.values = {0, 0, 0, 70, 220};
  r.statuses.assign(5, CellStatus::kSuppressedPrimary);
  r.statuses[3] = r.statuses[4] = CellStatus::kValue;
  r.targets = {{0, 6, 6}, {1, 6, 6}, {2, 6, 6}};
  LedgerOptions options;
  const Attacker a{"a", {0}, {}}, b{"b", {1}, {}};
  options.attackers = {a, b};
  EXPECT_EQ(CheckRelease(grid, {}, r, v, options)->verdict, LedgerVerdict::kSafe);
  const Attacker members[] = {a, b};
  options.attackers.push_back(Coalition(members));
  EXPECT_EQ(options.attackers[2].name, "a + b");
  const auto answer = CheckRelease(grid, {}, r, v, options);
  EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(answer->exposed, std::vector<CellId>{2});
}

TEST(LedgerKnowledge, AHouseholdKnowsThatItIsThere) {
  const Grid grid = Towns();
  const std::vector<int64_t> v = Filled(grid, {4, 12, 14, 15});
  const LedgerRelease r = Table("t", v, 10, {1, 3, 4});
  EXPECT_EQ(CheckRelease(grid, {}, r, v)->verdict, LedgerVerdict::kSafe);
  // A family of nine among the 12 men of a: the women of a are at most 16 - 9.
  LedgerOptions options;
  options.attackers = {{"family", {}, {{1, 9, ""}}}};
  const auto answer = CheckRelease(grid, {}, r, v, options);
  EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(answer->exposed, std::vector<CellId>{0});
  const Attacker halves[] = {{"one", {}, {{1, 4, ""}}}, {"two", {}, {{1, 5, ""}}}};
  EXPECT_EQ(Coalition(halves).parts[0].at_least, 9);
}

// Every whole-numbered table of 2 x 2 finest cells that agrees with what a release shows.
std::vector<std::vector<int64_t>> Consistent(const Grid& grid, const LedgerRelease& r,
                                             int64_t most) {
  std::vector<std::vector<int64_t>> tables;
  for (int64_t a = 0; a <= most; ++a) {
    for (int64_t b = 0; a + b <= most; ++b) {
      for (int64_t c = 0; a + b + c <= most; ++c) {
        for (int64_t d = 0; a + b + c + d <= most; ++d) {
          std::vector<int64_t> t = Filled(grid, {a, b, c, d});
          bool agrees = true;
          for (size_t i = 0; i < r.cells.size() && agrees; ++i) {
            agrees = r.statuses[i] != CellStatus::kValue || t[r.cells[i]] == r.values[i];
          }
          if (agrees) tables.push_back(std::move(t));
        }
      }
    }
  }
  return tables;
}

// How the tables of two layers may stand to each other.
using Rule = std::function<bool(const std::vector<int64_t>&, const std::vector<int64_t>&)>;

// True if every suppressed or unshown cell of `r` may be what it must be able to be.
bool AllPossible(const Grid& grid, const LedgerRelease& r, const std::vector<int64_t>& truth,
                 const std::vector<int64_t>& low, const std::vector<int64_t>& high) {
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (r.statuses[c] == CellStatus::kValue) continue;
    const bool primary = r.statuses[c] == CellStatus::kSuppressedPrimary;
    const bool hidden = r.statuses[c] == CellStatus::kHidden;
    if (hidden && !(grid.is_finest(c) && truth[c] > 0 && truth[c] < kThreshold)) continue;
    if (primary || hidden ? high[c] < kThreshold : low[c] == high[c]) return false;
  }
  return true;
}

TEST(LedgerKnowledge, VerdictsOverTwoLayersAreThoseOfEnumeration) {
  const Grid grid = Towns();
  std::mt19937 random(8);
  int safe = 0, unsafe = 0;
  for (int i = 0; i < 240; ++i) {
    const int kind = i % 3;  // link, flow, both layers with a mean
    std::vector<int64_t> x, y;
    for (int k = 0; k < 4; ++k) {
      x.push_back(static_cast<int64_t>(1 + random() % 5));
      y.push_back(kind == 0 ? static_cast<int64_t>(1 + random() % x[k])
                            : std::max<int64_t>(0, x[k] + static_cast<int64_t>(random() % 5) - 2));
    }
    const std::vector<int64_t> vx = Filled(grid, x), vy = Filled(grid, y);
    auto release = [&](const std::string& id, const std::vector<int64_t>& v) {
      const uint32_t density = 4 + random() % 5;
      std::vector<CellId> more;
      for (CellId c = 0; c + 1 < v.size(); ++c) {
        if (random() % 8 < density) more.push_back(c);
      }
      LedgerRelease r = Table(id, v, kThreshold, more);
      for (CellId c = 0; c + 1 < v.size(); ++c) {
        if (random() % 6 == 0) r.statuses[c] = CellStatus::kHidden;
      }
      r.statuses.back() = CellStatus::kValue;  // the total bounds the enumeration
      r.values.back() = v.back();
      return r;
    };
    LedgerRelease p = release("p", vx), q = release("q", vy);
    LedgerOptions options;
    Rule rule;
    if (kind == 0) {
      q.measure = "households";
      options.links = {{"households", ""}};
      rule = [](const auto& a, const auto& b) {
        for (CellId c : {0, 1, 3, 4}) {
          if (b[c] > a[c]) return false;
        }
        return true;
      };
    } else if (kind == 1) {
      p.as_of = "1", q.as_of = "2";
      options.flow_bound = 2;
      rule = [](const auto& a, const auto& b) {
        for (CellId c : {0, 1, 3, 4}) {
          if (a[c] - b[c] > 2 || b[c] - a[c] > 2) return false;
        }
        return true;
      };
    } else {
      q.measure = "sum";
      if (vx[0] == 0) continue;
      const int64_t mean = (2 * 10 * vy[0] + vx[0]) / (2 * vx[0]);  // one decimal, half up
      q.means = {{0, mean, 1, ""}};
      rule = [mean](const auto& a, const auto& b) {
        return a[0] > 0 && (2 * 10 * b[0] + a[0]) / (2 * a[0]) == mean;
      };
    }
    const auto tables_p = Consistent(grid, p, vx.back()), tables_q = Consistent(grid, q, vy.back());
    std::vector<int64_t> low_p(9, INT64_MAX), high_p(9, -1), low_q(9, INT64_MAX), high_q(9, -1);
    for (const auto& a : tables_p) {
      for (const auto& b : tables_q) {
        if (!rule(a, b)) continue;
        for (CellId c = 0; c < 9; ++c) {
          low_p[c] = std::min(low_p[c], a[c]), high_p[c] = std::max(high_p[c], a[c]);
          low_q[c] = std::min(low_q[c], b[c]), high_q[c] = std::max(high_q[c], b[c]);
        }
      }
    }
    const bool expected =
        AllPossible(grid, p, vx, low_p, high_p) && AllPossible(grid, q, vy, low_q, high_q);
    const std::vector<LedgerBase> bases = {{p.measure, p.as_of, vx}, {q.measure, q.as_of, vy}};
    for (bool swap : {false, true}) {
      const LedgerRelease& earlier = swap ? q : p;
      const auto answer = CheckLedger(grid, std::span(&earlier, 1), swap ? p : q, bases, options);
      ASSERT_TRUE(answer.ok()) << answer.status() << " " << i;
      EXPECT_EQ(answer->verdict == LedgerVerdict::kSafe, expected) << i << " kind " << kind;
    }
    ++(expected ? safe : unsafe);
  }
  EXPECT_GT(safe, 30);
  EXPECT_GT(unsafe, 30);
}

}  // namespace
}  // namespace oboro::sdc

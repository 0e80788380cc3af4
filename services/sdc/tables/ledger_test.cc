// Planted leaks between releases, and a long ledger in any order.
#include "services/sdc/tables/ledger.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {
namespace {

// Releases the cells for which `wanted` says so, with the suppressions that the table needs alone.
template <typename Wanted>
LedgerRelease Release(const std::string& id, const Grid& grid, const std::vector<int64_t>& values,
                      int64_t threshold, const Wanted& wanted) {
  LedgerRelease r;
  r.id = id;
  r.threshold = threshold;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (!wanted(c)) continue;
    r.cells.push_back(c);
    r.values.push_back(values[c]);
    r.statuses.push_back(values[c] > 0 && values[c] < threshold ? CellStatus::kSuppressedPrimary
                                                                : CellStatus::kValue);
  }
  return r;
}

TEST(Ledger, TwoFiltersThatDifferByOnePerson) {
  Dimension age = *Dimension::Flat("age", {"60", "62", "64", "65"});
  const uint32_t below64 = *age.AddGroup("-63", {0, 1});
  const uint32_t below65 = *age.AddGroup("-64", {0, 1, 2});
  const Grid grid = *Grid::Make({*Dimension::Flat("town", {"a", "b"}), age});
  std::vector<int64_t> v(grid.cell_count(), 0);
  const int64_t counts[2][4] = {{20, 15, 1, 30}, {25, 17, 40, 22}};
  for (uint32_t t : {0u, 1u}) {
    for (uint32_t a = 0; a < 4; ++a) v[t * grid.stride(0) + a] = counts[t][a];
  }
  grid.FillMargins(v);
  const auto first =
      Release("under64", grid, v, 10, [&](CellId c) { return grid.node(c, 1) == below64; });
  const auto second =
      Release("under65", grid, v, 10, [&](CellId c) { return grid.node(c, 1) == below65; });
  const auto alone = CheckRelease(grid, {}, second, v);
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_EQ(alone->verdict, LedgerVerdict::kSafe);
  const auto both = CheckRelease(grid, std::span(&first, 1), second, v);
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_NE(both->verdict, LedgerVerdict::kSafe);
  if (both->verdict == LedgerVerdict::kSafeWithFurther) {
    EXPECT_THAT(both->further, ::testing::Contains(0 * grid.stride(0) + below65));
  }
}

TEST(Ledger, MeshAgainstTown) {
  // Pieces of land: town A in mesh 1 (30 people), A in mesh 2 (2 people), B in mesh 2 (50).
  Dimension land = *Dimension::Hierarchical("land", {"A1", "A2", "B2"}, {{"A", "A", "B"}});
  ASSERT_TRUE(land.AddHierarchy({{"m1", "m2", "m2"}}).ok());
  const Grid grid = *Grid::Make({land});
  std::vector<int64_t> v(grid.cell_count(), 0);
  v[0] = 30, v[1] = 2, v[2] = 50;
  grid.FillMargins(v);
  const CellId a = static_cast<CellId>(land.Find("A")), m1 = static_cast<CellId>(land.Find("m1"));
  const auto towns = Release("towns", grid, v, 10, [&](CellId c) { return c == a; });
  const auto mesh = Release("mesh", grid, v, 10, [&](CellId c) { return c == m1; });
  EXPECT_EQ(CheckRelease(grid, {}, mesh, v)->verdict, LedgerVerdict::kSafe);
  const auto both = CheckRelease(grid, std::span(&towns, 1), mesh, v);
  ASSERT_TRUE(both.ok());
  // 32 - 30 = 2 people live in A2. Hiding the mesh's own count mends it.
  EXPECT_EQ(both->verdict, LedgerVerdict::kSafeWithFurther);
  EXPECT_EQ(both->further, std::vector<CellId>{m1});
}

TEST(Ledger, CoTenantKnowsItsOwnCells) {
  const Grid grid = *Grid::Make(
      {*Dimension::Flat("tenant", {"tsukuba", "hamamatsu"}), *Dimension::Flat("kind", {"x", "y"})});
  std::vector<int64_t> v(grid.cell_count(), 0);
  v[0] = 40, v[1] = 30, v[grid.stride(0)] = 3, v[grid.stride(0) + 1] = 60;
  grid.FillMargins(v);
  const auto joint = Release("joint", grid, v, 10, [&](CellId c) {
    return grid.node(c, 0) == grid.dim(0).total() && grid.dim(1).is_leaf(grid.node(c, 1));
  });
  // From outside the joint counts 43 and 90 are harmless.
  EXPECT_EQ(CheckRelease(grid, {}, joint, v)->verdict, LedgerVerdict::kSafe);
  // Tsukuba subtracts its own 40 and has Hamamatsu's 3.
  LedgerOptions options;
  options.tenant_dimension = 0;
  EXPECT_NE(CheckRelease(grid, {}, joint, v, options)->verdict, LedgerVerdict::kSafe);
}

TEST(Ledger, NamesTheEarlierReleaseThatExposes) {
  const Grid grid = *Grid::Make({*Dimension::Flat("a", {"0", "1"})});
  const std::vector<int64_t> v = {4, 30, 34};
  const auto harmless = Release("r1-total", grid, v, 10, [](CellId c) { return c == 2; });
  const auto other = Release("r2-big", grid, v, 10, [](CellId c) { return c == 1; });
  const auto fresh = Release("r3", grid, v, 10, [](CellId c) { return c == 0; });
  const std::vector<LedgerRelease> earlier = {harmless, other};
  const auto answer = CheckRelease(grid, earlier, fresh, v);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->verdict, LedgerVerdict::kRefused);
  EXPECT_EQ(answer->exposed, std::vector<CellId>{0});
  EXPECT_STREQ(answer->outside(), "REFUSED");
}

TEST(Ledger, DifferentValuesForOneCellAreAConflict) {
  const Grid grid = *Grid::Make({*Dimension::Flat("a", {"0", "1"})});
  std::vector<int64_t> v = {40, 30, 70};
  const auto first = Release("one", grid, v, 10, [](CellId c) { return c == 2; });
  v = {40, 31, 71};
  const auto second = Release("two", grid, v, 10, [](CellId c) { return c == 2; });
  EXPECT_EQ(CheckRelease(grid, std::span(&first, 1), second, v).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// A city of 40 towns; 200 releases each show a part of one protected table, so that together they
// are safe.
struct City {
  Grid grid;
  std::vector<int64_t> values;
  std::vector<CellStatus> statuses;
  std::vector<LedgerRelease> releases;
};

City MakeCity(uint32_t towns, uint32_t releases) {
  std::mt19937 random(11);
  std::vector<std::string> names, ages, groups;
  for (uint32_t i = 0; i < towns; ++i) names.push_back("t" + std::to_string(i));
  for (uint32_t i = 0; i < 9; ++i) {
    ages.push_back(std::to_string(i * 10));
    groups.push_back(i < 2 ? "young" : i < 6 ? "working" : "old");
  }
  City city{
      *Grid::Make({*Dimension::Flat("town", names), *Dimension::Hierarchical("age", ages, {groups}),
                   *Dimension::Flat("sex", {"F", "M"})}),
      {},
      {},
      {}};
  const Grid& grid = city.grid;
  city.values.assign(grid.cell_count(), 0);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (grid.is_finest(c)) city.values[c] = static_cast<int64_t>(random() % 50);
  }
  grid.FillMargins(city.values);
  city.statuses = ProtectCounts(grid, city.values, TablePolicy{})->statuses;
  for (uint32_t i = 0; i < releases; ++i) {
    const uint32_t from = random() % towns, kind = random() % 4;
    LedgerRelease r;
    r.id = "r" + std::to_string(1000 + i);
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      const uint32_t town = grid.node(c, 0);
      if (town != grid.dim(0).total() && (town + towns - from) % towns >= towns / 4) continue;
      if (kind == 0 && grid.node(c, 2) != grid.dim(2).total()) continue;
      if (kind == 1 && grid.dim(1).is_leaf(grid.node(c, 1))) continue;
      r.cells.push_back(c);
      r.values.push_back(IsSuppressed(city.statuses[c]) ? -1 : city.values[c]);
      r.statuses.push_back(city.statuses[c]);
    }
    city.releases.push_back(std::move(r));
  }
  return city;
}

TEST(Ledger, TwoHundredSafeReleasesAreAcceptedInAnyOrder) {
  City city = MakeCity(12, 200);
  std::mt19937 random(3);
  int accepted = 0, checked = 0;
  for (int order = 0; order < 2; ++order) {
    // Every one is checked against all before it.
    for (size_t i = 0; i < city.releases.size(); ++i) {
      const auto answer = CheckRelease(city.grid, std::span(city.releases.data(), i),
                                       city.releases[i], city.values);
      ASSERT_TRUE(answer.ok()) << answer.status();
      ++checked;
      accepted += answer->verdict == LedgerVerdict::kSafe ? 1 : 0;
    }
    std::shuffle(city.releases.begin(), city.releases.end(), random);
  }
  EXPECT_EQ(checked, 400);
  EXPECT_EQ(accepted, checked);  // at least 95 % is asked
}

TEST(Ledger, VerdictDoesNotDependOnTheOrderOfTheLedger) {
  City city = MakeCity(12, 10);
  // A last release that shows one primary's row without its partner's suppression.
  std::mt19937 random(4);
  LedgerRelease bad = city.releases[0];
  bad.id = "z";
  for (size_t i = 0; i < bad.cells.size(); ++i) {
    if (bad.statuses[i] == CellStatus::kSuppressedSecondary) {
      bad.statuses[i] = CellStatus::kValue;
      bad.values[i] = city.values[bad.cells[i]];
    }
  }
  std::vector<CellId> exposed;
  for (int order = 0; order < 4; ++order) {
    const auto answer = CheckRelease(city.grid, city.releases, bad, city.values);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
    if (order == 0) exposed = answer->exposed;
    EXPECT_EQ(answer->exposed, exposed);
    std::shuffle(city.releases.begin(), city.releases.end(), random);
  }
}

// Releases made apart from each other, so that some sets are safe and some are not: whichever came
// last, the set has one verdict.
TEST(Ledger, ASetIsSafeOrNotWhicheverReleaseCameLast) {
  const City city = MakeCity(6, 1);
  std::mt19937 random(5);
  int safe = 0, unsafe = 0;
  for (int trial = 0; trial < 40; ++trial) {
    std::vector<LedgerRelease> set;
    for (uint32_t k = 0; k < 3; ++k) {
      LedgerRelease r = city.releases[0];
      r.id = "r" + std::to_string(k);
      r.cells.clear(), r.values.clear(), r.statuses.clear();
      const uint32_t kind = random() % 4, town = random() % 6;
      for (CellId c = 0; c < city.grid.cell_count(); ++c) {
        const auto total = [&](size_t d) {
          return city.grid.node(c, d) == city.grid.dim(d).total();
        };
        if (kind == 0 ? !total(2) : kind == 1 ? !total(1) : city.grid.node(c, 0) != town) continue;
        const bool small = city.values[c] > 0 && city.values[c] < 10;
        // Own secondaries: those of the whole table, or none at all.
        const bool hide = small || (trial % 4 != 0 && IsSuppressed(city.statuses[c]));
        r.cells.push_back(c);
        r.values.push_back(hide ? -1 : city.values[c]);
        r.statuses.push_back(small  ? CellStatus::kSuppressedPrimary
                             : hide ? CellStatus::kSuppressedSecondary
                                    : CellStatus::kValue);
      }
      set.push_back(std::move(r));
    }
    int verdicts = 0;
    for (int last = 0; last < 3; ++last) {
      std::rotate(set.begin(), set.begin() + 1, set.end());
      const auto answer = CheckRelease(city.grid, std::span(set.data(), 2), set[2], city.values);
      ASSERT_TRUE(answer.ok()) << answer.status();
      verdicts += answer->verdict == LedgerVerdict::kSafe ? 1 : 0;
    }
    EXPECT_TRUE(verdicts == 0 || verdicts == 3) << trial;
    ++(verdicts == 3 ? safe : unsafe);
  }
  EXPECT_GT(safe, 5);
  EXPECT_GT(unsafe, 5);
}

// A table of amounts in which one contributor is alone in a cell: he subtracts his own part.
TEST(Ledger, ASingletonSubtractsItsOwnPart) {
  const Grid grid = *Grid::Make({*Dimension::Flat("trade", {"a", "b", "c"})});
  const std::vector<int64_t> v = {500, 300, 900, 1700};
  LedgerRelease r;
  r.id = "turnover";
  r.amounts = true;
  r.cells = {0, 1, 2, 3};
  r.values = {0, 0, 900, 1700};
  r.statuses = {CellStatus::kSuppressedPrimary, CellStatus::kSuppressedPrimary, CellStatus::kValue,
                CellStatus::kValue};
  r.targets = {{0, 75, 75}, {1, 45, 45, 0}};  // b has one contributor: attacker 0
  EXPECT_EQ(CheckRelease(grid, {}, r, v)->verdict, LedgerVerdict::kSafe);
  LedgerOptions options;
  options.attackers = {{"sole contributor of b", {1}, {}}};
  const auto answer = CheckRelease(grid, {}, r, v, options);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_NE(answer->verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(answer->exposed, std::vector<CellId>{0});
}

TEST(Ledger, AConsistentTableIsFoundFromFiguresAlone) {
  City city = MakeCity(12, 10);
  const auto base = ConsistentTable(city.grid, city.releases);
  ASSERT_TRUE(base.ok()) << base.status();
  EXPECT_TRUE(IsAdditive(city.grid, *base));
  const auto answer =
      CheckRelease(city.grid, std::span(city.releases.data(), 9), city.releases[9], *base);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->verdict, LedgerVerdict::kSafe);
}

// Of town b each sex may be nobody, but somebody is there: five. From figures alone, as from the
// true ones, whichever consistent table stands in for them.
TEST(Ledger, ADifferenceOfFiltersIsSmallThoughEachOfItsCellsMayBeZero) {
  Dimension town = *Dimension::Flat("town", {"a", "b", "c"});
  const uint32_t both = *town.AddGroup("a|b", {0, 1});
  const Grid grid = *Grid::Make({town, *Dimension::Flat("sex", {"f", "m"})});
  std::vector<int64_t> v(grid.cell_count(), 0);
  const auto at = [&](uint32_t t, uint32_t s) { return t * grid.stride(0) + s; };
  v[at(0, 0)] = 40, v[at(0, 1)] = 50, v[at(1, 0)] = 2, v[at(1, 1)] = 3, v[at(2, 0)] = 70;
  grid.FillMargins(v);
  const uint32_t total = grid.dim(1).total();
  LedgerRelease a{"a", {at(0, 0), at(0, 1), at(0, total)}, {40, 50, 90}, {}, 10};
  a.statuses.assign(3, CellStatus::kValue);
  LedgerRelease ab{"a and b", {at(both, 0), at(both, 1), at(both, total)}, {-1, -1, 95}, {}, 10};
  ab.statuses = {CellStatus::kSuppressedSecondary, CellStatus::kSuppressedSecondary,
                 CellStatus::kValue};
  LedgerOptions options;
  for (const bool base_is_true : {true, false}) {
    options.base_is_true = base_is_true;
    for (const bool a_last : {true, false}) {
      const LedgerRelease& first = a_last ? ab : a;
      std::vector<int64_t> base = v;
      if (!base_is_true) {
        base = *ConsistentTable(grid, std::vector<LedgerRelease>{a, ab});
      }
      const auto answer = CheckRelease(grid, std::span(&first, 1), a_last ? a : ab, base, options);
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_NE(answer->verdict, LedgerVerdict::kSafe) << base_is_true << a_last;
    }
  }
  // Town b has twelve: each of its cells may be more than enough.
  v[at(1, 0)] = 5, v[at(1, 1)] = 7;
  grid.FillMargins(v);
  ab.values[2] = 102;
  options.base_is_true = false;
  const auto answer =
      CheckRelease(grid, std::span(&a, 1), ab,
                   *ConsistentTable(grid, std::vector<LedgerRelease>{a, ab}), options);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->verdict, LedgerVerdict::kSafe);
}

// Town 0 is a suppressed zero. That 0 and 3 together are three people follows from the other two
// releases, though each of both may be nobody.
TEST(Ledger, ASuppressedZeroDoesNotHideASmallDifference) {
  Dimension town = *Dimension::Flat("town", {"0", "1", "2", "3", "4"});
  const uint32_t first = *town.AddGroup("0-2", {0, 1, 2});
  const uint32_t odd = *town.AddGroup("0|3|4", {0, 3, 4});
  const Grid grid = *Grid::Make({town});
  for (const int64_t filler : {0, 5}) {  // Five people may be enough by themselves.
    std::vector<int64_t> v(grid.cell_count(), 0);
    v[0] = filler, v[1] = 2, v[2] = 6, v[3] = 3, v[4] = 17;
    grid.FillMargins(v);
    std::vector<LedgerRelease> all = {{"towns", {0, 1, 2, first}, {0, 0, 0, v[first]}, {}, 4},
                                      {"odd", {odd}, {v[odd]}, {CellStatus::kValue}, 4},
                                      {"last", {4}, {17}, {CellStatus::kValue}, 4}};
    all[0].statuses = {CellStatus::kSuppressedSecondary, CellStatus::kSuppressedPrimary,
                       CellStatus::kSuppressedSecondary, CellStatus::kValue};
    for (size_t turn = 0; turn < all.size(); ++turn) {
      std::rotate(all.begin(), all.begin() + 1, all.end());
      for (const bool base_is_true : {true, false}) {
        LedgerOptions options;
        options.base_is_true = base_is_true;
        const auto answer = CheckRelease(grid, std::span(all).first(2), all[2],
                                         base_is_true ? v : *ConsistentTable(grid, all), options);
        ASSERT_TRUE(answer.ok()) << answer.status();
        EXPECT_EQ(answer->verdict == LedgerVerdict::kSafe, filler > 0)
            << all[2].id << " " << base_is_true;
      }
    }
  }
}

// Nothing else is hidden: the check must not stop because there is nothing left to protect.
TEST(Ledger, WhatOneReleaseHidesAnotherMustNotShowInEitherOrder) {
  const Grid grid = *Grid::Make({*Dimension::Flat("town", {"a", "b", "c"})});
  const std::vector<int64_t> v = {12, 31, 40, 83};
  const auto all = [](CellId) { return true; };
  const LedgerRelease shows = Release("shows", grid, v, 10, all);
  LedgerRelease hides = Release("hides", grid, v, 20, all);
  hides.statuses[1] = CellStatus::kSuppressedSecondary;
  const auto late = CheckRelease(grid, std::span(&hides, 1), shows, v);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ(late->exposed, std::vector<CellId>{0});
  EXPECT_EQ(late->verdict, LedgerVerdict::kSafeWithFurther);
  const auto early = CheckRelease(grid, std::span(&shows, 1), hides, v);
  ASSERT_TRUE(early.ok()) << early.status();
  EXPECT_EQ(early->exposed, std::vector<CellId>{0});
  EXPECT_EQ(early->verdict, LedgerVerdict::kRefused);
  EXPECT_EQ(early->because, "shows");
}

}  // namespace
}  // namespace oboro::sdc

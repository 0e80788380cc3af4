#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "services/aggregation/ledger_check.h"
#include "services/aggregation/ledger_entry.h"
#include "services/aggregation/ledger_grid.h"
#include "services/platform/base/status.h"
#include "services/platform/base/status_matchers.h"

namespace oboro::aggregation {
namespace {

using platform::ColumnBatch;
using platform::HasReason;
using sdc::LedgerVerdict;

// Rows of labels as columns; dictionaries in byte order, as Parquet gives them.
ColumnBatch Batch(const std::vector<std::string>& names,
                  const std::vector<std::vector<std::string>>& rows) {
  ColumnBatch batch;
  batch.rows = static_cast<int64_t>(rows.size());
  for (size_t c = 0; c < names.size(); ++c) {
    std::map<std::string, uint32_t> codes;
    for (const auto& row : rows) codes.emplace(row[c], 0);
    ColumnBatch::Column column{names[c], {}, {}};
    for (auto& [value, code] : codes) {
      code = static_cast<uint32_t>(column.dictionary.size());
      column.dictionary.push_back(value);
    }
    for (const auto& row : rows) column.codes.push_back(codes[row[c]]);
    batch.columns.push_back(std::move(column));
  }
  return batch;
}

// A town of skewed towns, ages, nationalities; each town lies in a ward, and towns 3 and 4 share a
// mesh with others.
ColumnBatch Town(int rows, uint32_t seed) {
  std::mt19937 random(seed);
  std::geometric_distribution<int> skewed(0.3);
  std::vector<std::vector<std::string>> out;
  for (int i = 0; i < rows; ++i) {
    const int town = std::min(skewed(random), 7);
    const int mesh = town / 2 + (town >= 3 && town <= 4 ? static_cast<int>(random() % 2) : 0);
    out.push_back({"町" + std::to_string(town), "区" + std::to_string(town / 4),
                   "M" + std::to_string(mesh), "A" + std::to_string(std::min(skewed(random), 5)),
                   random() % 2 == 0 ? "男" : "女",
                   "N" + std::to_string(std::min(skewed(random), 3))});
  }
  return Batch({"town", "ward", "mesh", "age", "sex", "nation"}, out);
}

TableRequest Ask(const std::vector<std::string>& columns, std::vector<FilterSpec> filters = {}) {
  TableRequest request;
  for (const std::string& column : columns) request.spec.axes.push_back({column, {}});
  request.spec.filters = std::move(filters);
  request.min_count = 10;
  request.threads = 1;
  return request;
}

// A dataset and what was made of it.
class Office {
 public:
  explicit Office(ColumnBatch batch) : records_(std::move(batch)) {}

  absl::StatusOr<Ledgered> Make(const TableRequest& request) {
    ASSIGN_OR_RETURN(const Counted counted, Count(records_, request));
    ASSIGN_OR_RETURN(Ledgered made, ProtectWithLedger(records_, request, counted, entries_));
    if (made.verdict == LedgerVerdict::kRefused) return made;
    RETURN_IF_ERROR(Keep(request, counted, made.table));
    return made;
  }

  // As the table would be without what was made before.
  absl::Status MakeAlone(const TableRequest& request) {
    ASSIGN_OR_RETURN(const Counted counted, Count(records_, request));
    ASSIGN_OR_RETURN(const Protected table, Protect(counted, request));
    return Keep(request, counted, table);
  }

  // Shown values of the statistic's cells, by labels.
  std::map<std::vector<std::string>, int64_t> Shown(size_t i) const {
    const LedgerEntry& entry = entries_[i];
    TableRequest request;
    request.spec = entry.spec;
    const Counted counted = Count(records_, request).value();
    const std::vector<sdc::CellId> order = counted.shape.ShownOrder();
    std::map<std::vector<std::string>, int64_t> shown;
    for (size_t at = 0; at < order.size(); ++at) {
      if (entry.parts[0].marks[at] != 'V') continue;
      std::vector<std::string> key;
      for (size_t d = 0; d < counted.shape.grid.rank(); ++d) {
        key.push_back(counted.shape.grid.dim(d).label(counted.shape.grid.node(order[at], d)));
      }
      shown[key] = counted.parts[0].values[order[at]];
    }
    return shown;
  }

  std::vector<LedgerEntry>& entries() { return entries_; }
  const Records& records() const { return records_; }

 private:
  absl::Status Keep(const TableRequest& request, const Counted& counted, const Protected& table) {
    const std::string id = "s" + std::to_string(entries_.size() + 1);
    ASSIGN_OR_RETURN(LedgerEntry entry, EntryOf(records_, request, counted, table, id));
    // As it is stored and read again.
    ASSIGN_OR_RETURN(entry, LedgerEntryFromJson(ToJson(entry)));
    entries_.push_back(std::move(entry));
    return absl::OkStatus();
  }

  Records records_;
  std::vector<LedgerEntry> entries_;
};

// The verdict of the set is the same whichever came last.
void ExpectVerdict(Office& office, bool safe) {
  std::vector<LedgerEntry> set = office.entries();
  for (size_t turn = 0; turn < set.size(); ++turn) {
    std::rotate(set.begin(), set.begin() + 1, set.end());
    ASSERT_OK_AND_ASSIGN(const sdc::LedgerAnswer answer, AttackSet(office.records(), set));
    EXPECT_EQ(answer.verdict == LedgerVerdict::kSafe, safe) << "with " << set.back().statistic;
  }
}

TEST(LedgerTest, SeveralTablesOfOneAbstractionAreMadeAndTheSetIsSafeInAnyOrder) {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    Office office(Town(900, seed));
    int made = 0;
    for (const auto& columns : std::vector<std::vector<std::string>>{
             {"town", "age"}, {"town", "sex"}, {"age", "sex"}, {"ward", "age", "sex"}}) {
      ASSERT_OK_AND_ASSIGN(const Ledgered table, office.Make(Ask(columns)));
      made += table.verdict != LedgerVerdict::kRefused;
    }
    EXPECT_GE(made, 3) << "seed " << seed;
    ExpectVerdict(office, true);
  }
}

TEST(LedgerTest, TwoFiltersThatDifferByOnePersonNeverShowThatPerson) {
  // 町9 has one person, a woman.
  std::vector<std::vector<std::string>> rows(40, {"町1", "男"});
  rows.insert(rows.end(), 50, {"町1", "女"});
  rows.push_back({"町9", "女"});
  Office office(Batch({"town", "sex"}, rows));
  ASSERT_OK_AND_ASSIGN(const Ledgered first, office.Make(Ask({"sex"}, {{"town", {"町1"}}})));
  EXPECT_EQ(first.verdict, LedgerVerdict::kSafe);
  EXPECT_EQ(office.Shown(0).size(), 3u);  // 50, 40 and 90.
  ASSERT_OK_AND_ASSIGN(const Ledgered second,
                       office.Make(Ask({"sex"}, {{"town", {"町1", "町9"}}})));
  // Only the men are the same in both.
  EXPECT_EQ(second.verdict, LedgerVerdict::kSafeWithFurther);
  const auto shown = office.Shown(1);
  EXPECT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown.count({"男"}), 1u);
  // Without the ledger both would have been out; the set is found unsafe whichever came last.
  Office careless(Batch({"town", "sex"}, rows));
  EXPECT_OK(careless.MakeAlone(Ask({"sex"}, {{"town", {"町1"}}})));
  EXPECT_OK(careless.MakeAlone(Ask({"sex"}, {{"town", {"町1", "町9"}}})));
  ExpectVerdict(careless, false);
}

TEST(LedgerTest, WhatAMeshLeavesOfATownIsNotShown) {
  // 町2 lies in mesh M1 but for 3 people in M2, where all of 町3 lives.
  std::vector<std::vector<std::string>> rows;
  rows.insert(rows.end(), 30, {"町1", "M1"});
  rows.insert(rows.end(), 40, {"町2", "M1"});
  rows.insert(rows.end(), 3, {"町2", "M2"});
  rows.insert(rows.end(), 25, {"町3", "M2"});
  rows.insert(rows.end(), 35, {"町4", "M3"});
  rows.insert(rows.end(), 45, {"町5", "M3"});
  rows.insert(rows.end(), 55, {"町6", "M3"});
  Office careless(Batch({"town", "mesh"}, rows));
  EXPECT_OK(careless.MakeAlone(Ask({"town"})));
  EXPECT_OK(careless.MakeAlone(Ask({"mesh"})));
  ExpectVerdict(careless, false);  // M2 - 町3 = 3.

  Office office(Batch({"town", "mesh"}, rows));
  ASSERT_OK_AND_ASSIGN(const Ledgered towns, office.Make(Ask({"town"})));
  EXPECT_EQ(towns.verdict, LedgerVerdict::kSafe);
  // M3 is three whole towns; M1 and M2 together are the other three.
  ASSERT_OK_AND_ASSIGN(const Ledgered meshes, office.Make(Ask({"mesh"})));
  EXPECT_EQ(meshes.verdict, LedgerVerdict::kSafeWithFurther);
  const auto shown = office.Shown(1);
  EXPECT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown.count({"M3"}), 1u);
  EXPECT_EQ(shown.count({"計"}), 1u);
  ExpectVerdict(office, true);
}

TEST(LedgerTest, AWardAndATownAsFlatColumnsAreNotProtectedByPairsThatCannotBe) {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    Office office(Town(400, seed));
    const absl::StatusOr<Ledgered> made = office.Make(Ask({"ward", "town"}));
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_NE(made->verdict, LedgerVerdict::kRefused) << "seed " << seed;
    const auto shown = office.Shown(0);
    for (int town = 0; town < 8; ++town) {
      // 町 t of 区 t/4 and nowhere else: the cell, and 町 t in all, are the same people.
      const std::string name = "町" + std::to_string(town);
      const std::string ward = "区" + std::to_string(town / 4);
      EXPECT_EQ(shown.count({ward, name}), shown.count({"計", name})) << name << " seed " << seed;
    }
    ExpectVerdict(office, true);
  }
}

TEST(LedgerTest, AQuestionThatWasAnsweredIsAnsweredByTheSameCells) {
  Office office(Town(900, 3));
  ASSERT_OK(office.Make(Ask({"town", "age"})).status());
  ASSERT_OK(office.Make(Ask({"town", "sex"})).status());
  ASSERT_OK_AND_ASSIGN(const Ledgered again, office.Make(Ask({"town", "age"})));
  EXPECT_EQ(again.repeats, "s1");
  EXPECT_EQ(office.entries().front().parts, office.entries().back().parts);
}

TEST(LedgerTest, AMarginOfAnEarlierTableIsMadeAsThatTableShowsIt) {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    Office office(Town(900, seed));
    ASSERT_OK(office.Make(Ask({"town", "age", "sex"})).status());
    ASSERT_OK_AND_ASSIGN(const Ledgered margin, office.Make(Ask({"town", "sex"})));
    EXPECT_EQ(margin.verdict, LedgerVerdict::kSafe);
    EXPECT_EQ(margin.further, 0);
    EXPECT_EQ(margin.targets, 0u) << "what is out already is not attacked again";
    const auto whole = office.Shown(0);
    const auto part = office.Shown(1);
    EXPECT_FALSE(part.empty());
    for (const auto& [key, value] : part) {
      const auto found = whole.find({key[0], "計", key[1]});
      ASSERT_NE(found, whole.end()) << key[0] << " " << key[1] << " is hidden in the table";
      EXPECT_EQ(found->second, value);
    }
    // The table's hidden cells were proven to reach 10, not 11.
    TableRequest strict = Ask({"town", "sex"});
    strict.min_count = 11;
    ASSERT_OK_AND_ASSIGN(const Ledgered other, office.Make(strict));
    EXPECT_GT(other.targets, 0u);
  }
}

// Forty towns in four wards, old people few.
ColumnBatch City(uint32_t seed) {
  std::mt19937 random(seed);
  std::geometric_distribution<int> skewed(0.08);
  std::geometric_distribution<int> age(0.25);
  std::vector<std::vector<std::string>> out;
  for (int i = 0; i < 12'000; ++i) {
    const int town = std::min(skewed(random), 39);
    out.push_back({"町" + std::to_string(town), "区" + std::to_string(town % 4),
                   "A" + std::to_string(std::min(age(random), 12)),
                   random() % 2 == 0 ? "男" : "女"});
  }
  return Batch({"town", "ward", "age", "sex"}, out);
}

TEST(LedgerTest, WardsBesideTownsAreMadeFromWhatProvedTheTowns) {
  for (uint32_t seed = 1; seed <= 2; ++seed) {
    Office office(City(seed));
    ASSERT_OK_AND_ASSIGN(const Ledgered towns, office.Make(Ask({"town", "age", "sex"})));
    ASSERT_EQ(towns.verdict, LedgerVerdict::kSafe);
    EXPECT_FALSE(office.entries().front().witnesses.witnesses.empty());
    ASSERT_OK_AND_ASSIGN(const Ledgered wards, office.Make(Ask({"ward", "age", "sex"})));
    EXPECT_NE(wards.verdict, LedgerVerdict::kRefused) << "seed " << seed;
    EXPECT_GT(office.Shown(1).size(), wards.table.statuses.size() / 4) << "seed " << seed;
    ExpectVerdict(office, true);
    // Nothing is kept twice.
    ASSERT_OK_AND_ASSIGN(const Ledgered ages, office.Make(Ask({"age", "sex"})));
    EXPECT_EQ(ages.targets, 0u);
    EXPECT_TRUE(office.entries().back().witnesses.witnesses.empty());
  }
}

TEST(LedgerTest, ARepeatTakesNothingOfWhatProvedTheFirst) {
  const TableRequest towns = Ask({"town", "age", "sex"});
  const TableRequest wards = Ask({"ward", "age", "sex"});
  Office once(City(1));
  ASSERT_OK(once.Make(towns).status());
  ASSERT_OK_AND_ASSIGN(const Ledgered after_one, once.Make(wards));
  for (const char* id : {"s0", "s9"}) {  // The repeat may be read before the first or after it.
    Office twice(City(1));
    ASSERT_OK(twice.Make(towns).status());
    ASSERT_OK(twice.Make(towns).status());
    twice.entries().back().statistic = id;
    ASSERT_OK_AND_ASSIGN(const Ledgered after_two, twice.Make(wards));
    EXPECT_EQ(after_two.work, after_one.work) << id;
    EXPECT_EQ(after_two.table.statuses, after_one.table.statuses) << id;
  }
}

TEST(LedgerTest, ProtectedZerosBesideAnotherTableAreRefused) {
  Office office(Town(900, 3));
  TableRequest first = Ask({"town", "sex"});
  first.zeros_protected = true;
  ASSERT_OK_AND_ASSIGN(const Ledgered made, office.Make(first));
  ASSERT_EQ(made.verdict, LedgerVerdict::kSafe);
  EXPECT_THAT(office.Make(Ask({"age", "sex"})).status(), HasReason("LEDGER_ZEROS"));
  ASSERT_OK_AND_ASSIGN(const Ledgered again, office.Make(first));
  EXPECT_EQ(again.repeats, "s1");
}

TEST(LedgerTest, ProtectedZerosAreRememberedThoughTheSameTableIsAskedForWithoutThem) {
  for (const char* again : {"a", "z"}) {  // Before the first one's id, and behind it.
    Office office(Town(900, 3));
    TableRequest first = Ask({"sex"});
    first.zeros_protected = true;
    ASSERT_OK(office.Make(first).status());
    ASSERT_OK_AND_ASSIGN(const Ledgered second, office.Make(Ask({"sex"})));
    EXPECT_EQ(second.repeats, "s1");
    office.entries().back().statistic = again;
    EXPECT_THAT(office.Make(Ask({"nation"})).status(), HasReason("LEDGER_ZEROS")) << again;
  }
}

TEST(LedgerTest, WhereAllRecordsAreAlikeEntriesCanBeReadAgain) {
  // Two people of one town and sex: nothing of them is shown, whatever is filtered.
  Office office(Batch({"sex", "town"}, {{"女", "町1"}, {"女", "町1"}}));
  ASSERT_OK_AND_ASSIGN(const Ledgered first, office.Make(Ask({"sex"}, {{"town", {"町1"}}})));
  EXPECT_EQ(first.verdict, LedgerVerdict::kSafe);
  ASSERT_OK_AND_ASSIGN(const Ledgered second, office.Make(Ask({"town"})));
  EXPECT_EQ(second.verdict, LedgerVerdict::kSafe);
  EXPECT_TRUE(office.Shown(0).empty());
  EXPECT_TRUE(office.Shown(1).empty());
}

TEST(LedgerTest, OtherRecordsAtTheSameDateAreRefused) {
  Office office(Town(900, 3));
  ASSERT_OK(office.Make(Ask({"town", "age"})).status());
  Office corrected(Town(901, 3));
  corrected.entries() = office.entries();
  EXPECT_THAT(corrected.Make(Ask({"sex"})).status(), HasReason("LEDGER_BASIS_DIFFERS"));
  // An abstraction that lacks a column of the ledger proves nothing either.
  ColumnBatch fewer = Town(900, 3);
  fewer.columns.erase(fewer.columns.begin());
  Office without(fewer);
  without.entries() = office.entries();
  EXPECT_THAT(without.Make(Ask({"sex"})).status(), HasReason("LEDGER_BASIS_DIFFERS"));
}

// Town with an amount and the number of its household for each record.
ColumnBatch TownWithAmounts(int rows, uint32_t seed) {
  ColumnBatch batch = Town(rows, seed);
  std::mt19937 random(seed);
  ColumnBatch::Column amount{"amount", {"100", "200", "250", "300"}, {}};
  ColumnBatch::Column household{"household", {}, {}};
  ColumnBatch::Column block{"block", {"B0", "B1", "B2"}, {}};  // One a household.
  for (int i = 0; i < rows; ++i) {
    amount.codes.push_back(random() % 4);
    household.codes.push_back(static_cast<uint32_t>(i / 2));
    block.codes.push_back(static_cast<uint32_t>(i / 2 % 3));
  }
  for (int i = 0; i < (rows + 1) / 2; ++i) household.dictionary.push_back(std::to_string(i));
  batch.columns.push_back(std::move(amount));
  batch.columns.push_back(std::move(household));
  batch.columns.push_back(std::move(block));
  return batch;
}

TableRequest AskSums(const std::vector<std::string>& columns, MeasureKind kind) {
  TableRequest sums = Ask(columns);
  sums.spec.measure = {kind, "amount"};
  sums.amounts.p_percent = 15;
  sums.amounts.min_contributors = 3;
  return sums;
}

TEST(LedgerTest, OneTableOfSumsIsMadeBesideCountsInAnyOrder) {
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    Office counts_first(TownWithAmounts(600, seed));
    ASSERT_OK(counts_first.Make(Ask({"town", "sex"})).status());
    ASSERT_OK_AND_ASSIGN(const Ledgered sums,
                         counts_first.Make(AskSums({"town"}, MeasureKind::kSum)));
    EXPECT_NE(sums.verdict, LedgerVerdict::kRefused) << "seed " << seed;
    ExpectVerdict(counts_first, true);
    EXPECT_THAT(counts_first.Make(AskSums({"sex"}, MeasureKind::kSum)).status(),
                HasReason("LEDGER_MEASURE"));
    ASSERT_OK_AND_ASSIGN(const Ledgered again,
                         counts_first.Make(AskSums({"town"}, MeasureKind::kSum)));
    EXPECT_EQ(again.repeats, "s2");

    Office means_first(TownWithAmounts(600, seed));
    ASSERT_OK(means_first.Make(AskSums({"town"}, MeasureKind::kMean)).status());
    ASSERT_OK_AND_ASSIGN(const Ledgered counts, means_first.Make(Ask({"town", "sex"})));
    EXPECT_NE(counts.verdict, LedgerVerdict::kRefused) << "seed " << seed;
    ExpectVerdict(means_first, true);
  }
}

TEST(LedgerTest, HouseholdsBesideCountsAreRefused) {
  TableRequest households = Ask({"block"});
  households.spec.measure = {MeasureKind::kHouseholds, "household"};
  Office alone(TownWithAmounts(300, 3));
  ASSERT_OK_AND_ASSIGN(const Ledgered first, alone.Make(households));
  EXPECT_EQ(first.verdict, LedgerVerdict::kSafe);
  Office office(TownWithAmounts(300, 3));
  ASSERT_OK(office.Make(Ask({"ward"})).status());
  EXPECT_THAT(office.Make(households).status(), HasReason("LEDGER_MEASURE"));
}

TEST(LedgerTest, HouseholdsThatDoNotAddUpAreTheOnlyStatistic) {
  Office office(TownWithAmounts(300, 3));
  TableRequest households = Ask({"sex", "nation"});
  households.spec.measure = {MeasureKind::kHouseholds, "household"};
  TableRequest filtered = households;
  filtered.spec.filters = {{"sex", {"女"}}};
  EXPECT_THAT(office.Make(filtered).status(), HasReason("MEASURE_NOT_ADDITIVE"));
  ASSERT_OK_AND_ASSIGN(const Ledgered made, office.Make(households));
  EXPECT_EQ(made.verdict, LedgerVerdict::kSafe);
  EXPECT_THAT(office.Make(Ask({"sex"})).status(), HasReason("LEDGER_MEASURE"));
  ASSERT_OK_AND_ASSIGN(const Ledgered again, office.Make(households));
  EXPECT_EQ(again.repeats, "s1");
}

TEST(LedgerTest, TablesOfTooManyColumnsTogetherAreRefused) {
  std::mt19937 random(5);
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> names;
  for (int c = 0; c < 10; ++c) names.push_back("c" + std::to_string(c));
  for (int i = 0; i < 2000; ++i) {
    auto& row = rows.emplace_back();
    for (int c = 0; c < 10; ++c) row.push_back(std::to_string(random() % 6));
  }
  Office office(Batch(names, rows));
  ASSERT_OK(office.Make(Ask({"c0", "c1"})).status());
  EXPECT_THAT(office
                  .Make(Ask({"c2"}, {{"c3", {"1"}},
                                     {"c4", {"1"}},
                                     {"c5", {"1"}},
                                     {"c6", {"1"}},
                                     {"c7", {"1"}},
                                     {"c8", {"1"}}}))
                  .status(),
              HasReason("LEDGER_TOO_LARGE"));
}

TEST(LedgerTest, AnEntryOfAnotherFormIsNone) {
  EXPECT_EQ(LedgerEntryFromJson({{"form", "oboro-ledger/9"}}).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(LedgerEntryFromJson(nlohmann::json()).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace oboro::aggregation

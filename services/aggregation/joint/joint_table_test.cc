#include "services/aggregation/joint/joint_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "services/platform/base/status_matchers.h"
#include "services/platform/jobs/memory_job_io.h"
#include "services/sdc/tables/attack.h"

namespace oboro::aggregation {
namespace {

using platform::HasReason;
using sdc::CellId;
using Row = std::vector<std::string>;

const std::vector<std::string> kCodes = {"082201", "221309", "131016"};

// Records with the columns town, district, age.
Records RecordsOf(const std::vector<Row>& rows) {
  const char* const names[] = {"town", "district", "age"};
  platform::ColumnBatch batch;
  batch.rows = static_cast<int64_t>(rows.size());
  for (size_t c = 0; c < 3; ++c) {
    platform::ColumnBatch::Column column{names[c], {}, {}};
    std::map<std::string, uint32_t> codes;
    for (const Row& row : rows) {
      const auto [at, fresh] = codes.try_emplace(row[c], column.dictionary.size());
      if (fresh) column.dictionary.push_back(row[c]);
      column.codes.push_back(at->second);
    }
    batch.columns.push_back(std::move(column));
  }
  return Records(std::move(batch));
}

TableRequest Request(int64_t min_count, bool nested = false, bool zeros_protected = false) {
  TableRequest request;
  request.spec.axes = {{"town", {}}, {"age", {}}};
  if (nested) request.spec.axes[0].within = {"district"};
  request.min_count = min_count;
  request.zeros_protected = zeros_protected;
  request.threads = 1;
  return request;
}

absl::StatusOr<JointPart> MakePart(const std::vector<Row>& rows, const TableRequest& request) {
  const Records records = RecordsOf(rows);
  ASSIGN_OR_RETURN(const Counted counted, Count(records, request));
  ASSIGN_OR_RETURN(const Protected table, Protect(counted, request));
  RETURN_IF_ERROR(CheckProven(table));
  ASSIGN_OR_RETURN(const JointPart part, PartOf(records, request, counted, table));
  // As it goes from child to child.
  return PartFromJson(nlohmann::json::parse(ToJson(part).dump()));
}

std::vector<Row> Times(const std::string& town, const std::string& district, const std::string& age,
                       int count) {
  return std::vector<Row>(static_cast<size_t>(count), {town, district, age});
}

std::vector<Row> Join(std::initializer_list<std::vector<Row>> all) {
  std::vector<Row> rows;
  for (const auto& some : all) rows.insert(rows.end(), some.begin(), some.end());
  return rows;
}

CellId CellOf(const JointTable& table, const std::vector<std::string>& labels) {
  std::vector<uint32_t> nodes;
  for (size_t d = 0; d < labels.size(); ++d) {
    nodes.push_back(static_cast<uint32_t>(table.shape.grid.dim(d).Find(labels[d])));
  }
  return table.shape.grid.cell(nodes);
}

std::optional<int64_t> At(const JointTable& table, const std::vector<std::string>& labels) {
  return table.cells[CellOf(table, labels)];
}

// People of one municipality, drawn so that small counts are common.
std::vector<Row> Random(std::mt19937& random, int towns) {
  std::vector<Row> rows;
  for (int town = 0; town < towns; ++town) {
    for (int age = 0; age < 4; ++age) {
      const int kind = static_cast<int>(random() % 4);
      const int count = kind == 0 ? 0 : kind == 1 ? 1 + random() % 9 : 10 + random() % 40;
      const std::string name = "t" + std::to_string(town);
      const auto more = Times(name, "d" + std::to_string(town / 2), std::to_string(age), count);
      rows.insert(rows.end(), more.begin(), more.end());
    }
  }
  if (rows.empty()) rows.push_back({"t0", "d0", "0"});
  return rows;
}

// The true joint table over the same cells, counted from the records alone.
std::vector<int64_t> TruthOf(const JointTable& table, const std::vector<std::vector<Row>>& people) {
  const sdc::Grid& grid = table.shape.grid;
  std::vector<int64_t> values(grid.cell_count(), 0);
  for (size_t t = 0; t < people.size(); ++t) {
    for (const Row& row : people[t]) {
      for (const uint32_t tenant :
           grid.dim(0).nodes_over(static_cast<uint32_t>(grid.dim(0).Find(kCodes[t])))) {
        for (const uint32_t town :
             grid.dim(1).nodes_over(static_cast<uint32_t>(grid.dim(1).Find(row[0])))) {
          for (const uint32_t age :
               grid.dim(2).nodes_over(static_cast<uint32_t>(grid.dim(2).Find(row[2])))) {
            ++values[grid.cell(std::vector<uint32_t>{tenant, town, age})];
          }
        }
      }
    }
  }
  return values;
}

// The small counts that all participants but `victim` work out together, and every hidden figure of
// which they are certain: exact intervals (services/sdc/tables/attack.h) of its table as they have
// it, with what it shows and what totals give them, less their own.
absl::StatusOr<std::vector<CellId>> WorkedOut(const JointTable& table,
                                              const std::vector<int64_t>& truth, uint32_t victim,
                                              int64_t min_count) {
  const sdc::Grid& grid = table.shape.grid;
  ASSIGN_OR_RETURN(const sdc::Grid own,
                   sdc::Grid::Make({grid.dims().begin() + 1, grid.dims().end()}));
  std::vector<int64_t> values;
  std::vector<sdc::CellStatus> statuses;
  std::vector<CellId> told;
  for (CellId cell = 0; cell < own.cell_count(); ++cell) {
    const CellId part = cell + victim * grid.stride(0);
    const bool total = table.cells[cell + grid.dim(0).total() * grid.stride(0)].has_value();
    const bool known = table.cells[part].has_value() || total;
    values.push_back(truth[part]);
    statuses.push_back(known ? sdc::CellStatus::kValue : sdc::CellStatus::kSuppressedSecondary);
    if (known && truth[part] > 0 && truth[part] < min_count) told.push_back(cell);
  }
  ASSIGN_OR_RETURN(
      const sdc::AttackResult attack,
      sdc::Attack(own, values, statuses, {std::vector<int64_t>(values.size(), 0), {}}));
  for (const sdc::CellInterval& interval : attack.intervals) {
    const int64_t count = values[interval.cell];
    const bool small = count > 0 && count < min_count;
    if (interval.low == interval.high || (small && interval.high < min_count)) {
      told.push_back(interval.cell);
    }
  }
  return told;
}

struct Made {
  std::vector<std::vector<Row>> people;
  JointTable table;
};

absl::StatusOr<Made> MakeRandom(uint32_t seed, size_t tenants, const std::vector<int64_t>& minima,
                                bool nested) {
  std::mt19937 random(seed);
  std::vector<std::vector<Row>> people;
  std::vector<JointPart> parts;
  for (size_t t = 0; t < tenants; ++t) {
    people.push_back(Random(random, 2 + static_cast<int>(random() % 4)));
    ASSIGN_OR_RETURN(JointPart part, MakePart(people.back(), Request(minima[t], nested)));
    parts.push_back(std::move(part));
  }
  const std::vector<std::string> codes(kCodes.begin(), kCodes.begin() + tenants);
  ASSIGN_OR_RETURN(JointTable table, JoinParts(parts, codes, Request(1, nested).spec));
  return Made{std::move(people), std::move(table)};
}

TEST(JointTableTest, TotalsAreSumsAndStandWhereEveryPartStands) {
  const auto a = Join({Times("東", "北区", "若", 30), Times("西", "北区", "若", 40),
                       Times("東", "北区", "老", 20), Times("西", "北区", "老", 25)});
  const auto b = Join({Times("海", "南区", "若", 12), Times("山", "南区", "若", 60),
                       Times("海", "南区", "老", 3), Times("山", "南区", "老", 50)});
  ASSERT_OK_AND_ASSIGN(const JointPart pa, MakePart(a, Request(10, true)));
  ASSERT_OK_AND_ASSIGN(const JointPart pb, MakePart(b, Request(10, true)));
  ASSERT_OK_AND_ASSIGN(const JointTable table,
                       JoinParts({pa, pb}, {kCodes[0], kCodes[1]}, Request(10, true).spec));
  EXPECT_TRUE(CheckNoneTold(table).ok());
  EXPECT_EQ(At(table, {"082201", "東", "若"}), 30);
  EXPECT_EQ(At(table, {"221309", "東", "若"}), 0);  // It has no such town.
  EXPECT_EQ(At(table, {kMarginLabel, "東", "若"}), 30);
  EXPECT_EQ(At(table, {"221309", "海", "老"}), std::nullopt);
  EXPECT_EQ(At(table, {kMarginLabel, "海", "老"}), std::nullopt);  // It would be the three.
  EXPECT_EQ(At(table, {kMarginLabel, kMarginLabel, kMarginLabel}), 240);
  // Levels in which a participant is one group are its margin, and groups of the joint table.
  EXPECT_EQ(At(table, {"082201", "北区", kMarginLabel}), 115);
  EXPECT_EQ(At(table, {"221309", "北区", kMarginLabel}), 0);
  EXPECT_EQ(At(table, {kMarginLabel, "南区", kMarginLabel}), 125);
}

TEST(JointTableTest, EveryShownFigureIsTheCountAndNoSmallOneIsShown) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    const std::vector<int64_t> minima = {10, 20, 3};
    ASSERT_OK_AND_ASSIGN(const Made made, MakeRandom(seed, 3, minima, seed % 2 == 0));
    const std::vector<int64_t> truth = TruthOf(made.table, made.people);
    const sdc::Grid& grid = made.table.shape.grid;
    for (CellId cell = 0; cell < grid.cell_count(); ++cell) {
      if (!made.table.cells[cell]) continue;
      ASSERT_EQ(*made.table.cells[cell], truth[cell]) << seed;
      // What all but one take from a total is as if that one had shown it.
      for (uint32_t leaf = 0; leaf < grid.dim(0).leaf_count(); ++leaf) {
        const uint32_t node = grid.node(cell, 0);
        if (grid.dim(0).is_leaf(node) && node != leaf) continue;
        const int64_t own = truth[cell % grid.stride(0) + leaf * grid.stride(0)];
        size_t tenant = 0;
        while (kCodes[tenant] != grid.dim(0).label(leaf)) ++tenant;
        EXPECT_TRUE(own == 0 || own >= minima[tenant]) << seed << ": " << own;
      }
    }
    EXPECT_TRUE(CheckNoneTold(made.table).ok()) << seed;
  }
}

TEST(JointTableTest, AllButOneTogetherWorkNothingOutOfTheOne) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    for (const uint32_t tenants : {2u, 3u}) {
      ASSERT_OK_AND_ASSIGN(const Made made, MakeRandom(seed, tenants, {10, 10, 10}, false));
      const std::vector<int64_t> truth = TruthOf(made.table, made.people);
      for (uint32_t victim = 0; victim < tenants; ++victim) {
        ASSERT_OK_AND_ASSIGN(const auto told, WorkedOut(made.table, truth, victim, 10));
        EXPECT_TRUE(told.empty()) << seed << " " << tenants << ": cell " << told.front();
      }
    }
  }
}

TEST(JointTableTest, APlantedLeakIsFoundByTheAttackAndByTheCheck) {
  int planted = 0;
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    ASSERT_OK_AND_ASSIGN(Made made, MakeRandom(seed, 2, {10, 10}, false));
    const std::vector<int64_t> truth = TruthOf(made.table, made.people);
    const sdc::Grid& grid = made.table.shape.grid;
    for (CellId cell = 0; cell < grid.cell_count(); ++cell) {
      const bool small = truth[cell] > 0 && truth[cell] < 10;
      if (!grid.is_finest(cell) || made.table.cells[cell] || !small) continue;
      // The total of the cell, which an outsider could be shown and the co-tenant not.
      const CellId total = cell % grid.stride(0) + grid.dim(0).total() * grid.stride(0);
      made.table.cells[total] = truth[total];
      EXPECT_THAT(CheckNoneTold(made.table), HasReason("PROTECTION_INCOMPLETE"));
      ASSERT_OK_AND_ASSIGN(const auto told, WorkedOut(made.table, truth, grid.node(cell, 0), 10));
      EXPECT_EQ(std::count(told.begin(), told.end(), cell % grid.stride(0)), 1) << seed;
      ++planted;
      break;
    }
  }
  EXPECT_GE(planted, 6);
}

TEST(JointTableTest, WhatCannotBeComparedIsRefusedWithoutALabel) {
  const auto a = Join({Times("東", "北区", "若", 30), Times("西", "南区", "若", 40)});
  const auto b = Join({Times("東", "南区", "若", 30), Times("海", "北区", "若", 40)});
  const std::vector<std::string> codes = {kCodes[0], kCodes[1]};
  ASSERT_OK_AND_ASSIGN(const JointPart pa, MakePart(a, Request(10, true)));
  ASSERT_OK_AND_ASSIGN(const JointPart pb, MakePart(b, Request(10, true)));
  const auto nested = JoinParts({pa, pb}, codes, Request(10, true).spec);
  EXPECT_THAT(nested.status(), HasReason("JOINT_NOT_COMPARABLE"));
  EXPECT_EQ(nested.status().message().find("東"), absl::string_view::npos);

  ASSERT_OK_AND_ASSIGN(const JointPart zero, MakePart(b, Request(10, false, true)));
  ASSERT_OK_AND_ASSIGN(const JointPart open, MakePart(a, Request(10, false)));
  EXPECT_THAT(JoinParts({open, zero}, codes, Request(10).spec).status(),
              HasReason("JOINT_NOT_COMPARABLE"));
  const auto margin = Times(kMarginLabel, "北区", "若", 30);
  ASSERT_OK_AND_ASSIGN(const JointPart called, MakePart(margin, Request(10)));
  EXPECT_THAT(JoinParts({open, called}, codes, Request(10).spec).status(),
              HasReason("JOINT_NOT_COMPARABLE"));
}

TEST(JointTableTest, TheTableDoesNotDependOnTheOrderOfParticipants) {
  const auto a = Join({Times("東", "北区", "若", 30), Times("西", "北区", "老", 4)});
  const auto b = Join({Times("海", "南区", "若", 12), Times("山", "南区", "老", 60)});
  ASSERT_OK_AND_ASSIGN(const JointPart pa, MakePart(a, Request(10)));
  ASSERT_OK_AND_ASSIGN(const JointPart pb, MakePart(b, Request(20)));
  const TableSpec spec = Request(10).spec;
  ASSERT_OK_AND_ASSIGN(const JointTable one, JoinParts({pa, pb}, {kCodes[0], kCodes[1]}, spec));
  ASSERT_OK_AND_ASSIGN(const JointTable two, JoinParts({pb, pa}, {kCodes[1], kCodes[0]}, spec));
  EXPECT_EQ(ToJson(one), ToJson(two));
}

TEST(JointTableTest, AChildThatLiesAboutItsPartIsNotBelieved) {
  const auto rows = Join({Times("東", "北区", "若", 30), Times("西", "南区", "若", 40)});
  ASSERT_OK_AND_ASSIGN(const JointPart part, MakePart(rows, Request(10)));
  const nlohmann::json good = ToJson(part);
  for (const auto& [pointer, value] :
       std::map<std::string, nlohmann::json>{{"/cells/0", -1},
                                             {"/cells", nlohmann::json::array()},
                                             {"/axes/0/nodes/0", {9}},
                                             {"/axes/0/nodes/0", nlohmann::json::array()},
                                             {"/axes/0/leaves", {"東", "東"}},
                                             {"/axes/0/leaves", "東"},
                                             {"/zeros_protected", nullptr}}) {
    nlohmann::json bad = good;
    bad[nlohmann::json::json_pointer(pointer)] = value;
    EXPECT_EQ(PartFromJson(bad).status().code(), absl::StatusCode::kInternal) << pointer;
  }
}

TEST(JointTableTest, TheChildJoins) {
  const auto rows = Join({Times("東", "北区", "若", 30), Times("西", "南区", "若", 40)});
  ASSERT_OK_AND_ASSIGN(const JointPart part, MakePart(rows, Request(10)));
  nlohmann::json params = {{"codes", {kCodes[0], kCodes[1]}},
                           {"spec", ToJson(Request(10).spec)},
                           {"parts", {ToJson(part), ToJson(part)}}};
  platform::MemoryJobIo io(params.dump());
  ASSERT_OK_AND_ASSIGN(const std::string text, RunJoint(io));
  const auto result = nlohmann::json::parse(text);
  EXPECT_EQ(result["cells"], 3 * 3 * 2);
  EXPECT_EQ(result["suppressed"], 0);
  EXPECT_EQ(result["table"]["cells"].back(), 140);
  EXPECT_EQ(result["table"]["dimensions"][0]["members"],
            (std::vector<std::string>{kCodes[0], kCodes[1], kMarginLabel}));
  params["parts"].erase(1);
  platform::MemoryJobIo alone(params.dump());
  EXPECT_FALSE(RunJoint(alone).ok());
}

}  // namespace
}  // namespace oboro::aggregation

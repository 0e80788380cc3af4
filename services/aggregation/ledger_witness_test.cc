#include "services/aggregation/ledger_witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "services/aggregation/ledger_grid.h"
#include "services/aggregation/table_shape.h"
#include "services/platform/base/status_matchers.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::aggregation {
namespace {

using platform::ColumnBatch;
using sdc::CellId;

// 600 records: towns of which each lies in two meshes, ages, nationalities of which one prevails.
Records People() {
  std::mt19937 random(11);
  ColumnBatch batch;
  batch.rows = 600;
  for (const auto& [name, values] :
       std::map<std::string, int>{{"age", 5}, {"mesh", 12}, {"nation", 3}, {"town", 12}}) {
    ColumnBatch::Column column{name, {}, {}};
    for (int v = 0; v < values; ++v) column.dictionary.push_back(std::string(1, 'a' + v));
    batch.columns.push_back(std::move(column));
  }
  for (int i = 0; i < 600; ++i) {
    const uint32_t town = random() % 12;
    batch.columns[0].codes.push_back(random() % 5);
    batch.columns[1].codes.push_back((town + (random() % 4 == 0 ? 1 : 0)) % 12);
    batch.columns[2].codes.push_back(random() % 10 == 0 ? 1 + random() % 2 : 0);
    batch.columns[3].codes.push_back(town);
  }
  return Records(std::move(batch));
}

struct Placed {
  LedgerGrid grid;
  std::vector<int64_t> base;
};

Placed GridOf(const Records& records, const std::vector<std::string>& columns) {
  TableSpec spec;
  for (const std::string& column : columns) spec.axes.push_back({column, {}});
  const TableShape shape = ShapeOf(records, spec).value();
  Placed placed{LedgerGrid::Make(records, {{&spec, &shape}}).value(), {}};
  placed.base = sdc::TabulateCounts(placed.grid.grid(), placed.grid.spans(), {}).value();
  return placed;
}

// Somebody of each of `count` pairs of finest cells changes his place with the other.
std::vector<sdc::Witness> Moves(const Placed& placed, int count) {
  std::mt19937 random(5);
  const sdc::Grid& grid = placed.grid.grid();
  std::vector<CellId> finest;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (grid.is_finest(c) && placed.base[c] > 0) finest.push_back(c);
  }
  std::vector<sdc::Witness> moves;
  while (static_cast<int>(moves.size()) < count) {
    CellId from = finest[random() % finest.size()];
    CellId to = finest[random() % finest.size()];
    if (from == to) continue;
    FinestChanges changes = {{from, -1}, {to, 1}};
    std::sort(changes.begin(), changes.end());
    moves.push_back(WitnessOf(grid, changes));
  }
  return moves;
}

// What changes of each combination of the values of `columns`, by their codes.
using Net = std::map<std::vector<uint32_t>, int64_t>;
Net NetOf(const LedgerGrid& grid, const FinestChanges& changes,
          const std::vector<std::string>& columns) {
  const KeptWitnesses kept =
      grid.Keep(std::vector<sdc::Witness>{WitnessOf(grid.grid(), changes)}, {});
  Net net;
  for (const auto& change : kept.witnesses.at(0)) {
    std::vector<uint32_t> key;
    for (const std::string& column : columns) {
      const auto at = std::find(kept.columns.begin(), kept.columns.end(), column);
      key.push_back(kept.cells[change.cell * kept.columns.size() + (at - kept.columns.begin())]);
    }
    net[key] += change.delta;
  }
  std::erase_if(net, [](const auto& entry) { return entry.second == 0; });
  return net;
}

TEST(LedgerWitnessTest, AWitnessIsConsistentWhereNothingIsShown) {
  const Records records = People();
  const Placed placed = GridOf(records, {"town", "age"});
  const std::vector<sdc::CellStatus> hidden(placed.base.size(), sdc::CellStatus::kHidden);
  const sdc::CellBounds bounds{std::vector<int64_t>(placed.base.size(), 0), {}};
  for (const sdc::Witness& move : Moves(placed, 50)) {
    EXPECT_OK(sdc::CheckWitness(placed.grid.grid(), placed.base, hidden, bounds, move));
  }
}

TEST(LedgerWitnessTest, WhatIsKeptIsTheSameOnTheSameGrid) {
  const Records records = People();
  const Placed placed = GridOf(records, {"town", "age"});
  const std::vector<sdc::Witness> moves = Moves(placed, 50);
  const KeptWitnesses kept = placed.grid.Keep(moves, {});
  ASSERT_OK_AND_ASSIGN(const KeptWitnesses read, KeptWitnessesFromJson(ToJson(kept)));
  EXPECT_EQ(read, kept);
  std::set<FinestChanges> were;
  for (const sdc::Witness& move : moves) were.insert(FinestOf(placed.grid.grid(), move));
  const std::vector<FinestChanges> lifted = placed.grid.Lift(read, placed.base);
  EXPECT_EQ(std::set<FinestChanges>(lifted.begin(), lifted.end()), were);
  EXPECT_TRUE(placed.grid.Keep(moves, were).witnesses.empty()) << "known ones are not kept again";
}

TEST(LedgerWitnessTest, OnAFinerGridTheSamePeopleMoveAndNobodyWhoIsNotThere) {
  const Records records = People();
  const std::vector<std::string> columns = {"town", "age"};
  const Placed coarse = GridOf(records, columns);
  const Placed fine = GridOf(records, {"town", "age", "mesh", "nation"});
  const std::vector<sdc::CellStatus> hidden(fine.base.size(), sdc::CellStatus::kHidden);
  const sdc::CellBounds bounds{std::vector<int64_t>(fine.base.size(), 0), {}};
  size_t lifted_count = 0;
  for (const sdc::Witness& move : Moves(coarse, 50)) {
    const KeptWitnesses kept = coarse.grid.Keep(std::vector<sdc::Witness>{move}, {});
    for (const FinestChanges& changes : fine.grid.Lift(kept, fine.base)) {
      ++lifted_count;
      EXPECT_OK(sdc::CheckWitness(fine.grid.grid(), fine.base, hidden, bounds,
                                  WitnessOf(fine.grid.grid(), changes)));
      EXPECT_EQ(NetOf(fine.grid, changes, columns),
                NetOf(coarse.grid, FinestOf(coarse.grid.grid(), move), columns));
    }
  }
  EXPECT_GT(lifted_count, 40u);
}

TEST(LedgerWitnessTest, OtherFormsAreNone) {
  for (const char* text : {"{}", R"({"columns":["a","b"],"cells":[1],"witnesses":[]})",
                           R"({"columns":["a"],"cells":[1],"witnesses":[[0]]})",
                           R"({"columns":["a"],"cells":[1],"witnesses":[[1,1]]})",
                           R"({"columns":[],"cells":[1],"witnesses":[]})"}) {
    EXPECT_EQ(KeptWitnessesFromJson(nlohmann::json::parse(text)).status().code(),
              absl::StatusCode::kDataLoss)
        << text;
  }
}

}  // namespace
}  // namespace oboro::aggregation

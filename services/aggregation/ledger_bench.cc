// What a table costs beside earlier ones of the same register: 780,000 residents of 551 towns in 24
// wards, 21 age bands (old ones few), two sexes; threshold 10, two threads.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "services/aggregation/ledger_check.h"
#include "services/aggregation/ledger_entry.h"

namespace oboro::aggregation {
namespace {

using Axes = std::vector<std::string>;

constexpr int kResidents = 780'000;
constexpr uint32_t kTowns = 551, kWards = 24, kAges = 21;

platform::ColumnBatch::Column ColumnOf(const std::string& name, uint32_t values) {
  platform::ColumnBatch::Column column{name, {}, {}};
  for (uint32_t v = 0; v < values; ++v) {
    const std::string number = std::to_string(v);
    column.dictionary.push_back(name + std::string(4 - number.size(), '0') + number);
  }
  return column;
}

const Records& Register() {
  static const auto* const kRecords = [] {
    std::mt19937 random(7);
    std::lognormal_distribution<double> size(0, 1.2);
    std::vector<double> towns, ages;
    for (uint32_t t = 0; t < kTowns; ++t) towns.push_back(size(random));
    for (uint32_t a = 0; a < kAges; ++a) ages.push_back(a < 15 ? 1.0 : std::exp(-0.6 * (a - 14)));
    std::discrete_distribution<uint32_t> town(towns.begin(), towns.end());
    std::discrete_distribution<uint32_t> age(ages.begin(), ages.end());
    platform::ColumnBatch batch;
    batch.rows = kResidents;
    batch.columns = {ColumnOf("age", kAges), ColumnOf("sex", 2), ColumnOf("town", kTowns),
                     ColumnOf("ward", kWards)};
    for (int i = 0; i < kResidents; ++i) {
      const uint32_t t = town(random);
      batch.columns[0].codes.push_back(age(random));
      batch.columns[1].codes.push_back(random() % 2);
      batch.columns[2].codes.push_back(t);
      batch.columns[3].codes.push_back(t * kWards / kTowns);
    }
    return new Records(std::move(batch));
  }();
  return *kRecords;
}

TableRequest Ask(const Axes& axes) {
  TableRequest request;
  for (const std::string& column : axes) request.spec.axes.push_back({column, {}});
  request.min_count = 10;
  return request;
}

// The last of `tables` beside the others.
void Beside(benchmark::State& state, const std::vector<Axes>& tables) {
  std::vector<LedgerEntry> earlier;
  for (size_t i = 0; i + 1 < tables.size(); ++i) {
    const TableRequest request = Ask(tables[i]);
    const Counted counted = Count(Register(), request).value();
    const Ledgered made = ProtectWithLedger(Register(), request, counted, earlier).value();
    earlier.push_back(EntryOf(Register(), request, counted, made.table, std::to_string(i)).value());
  }
  const TableRequest request = Ask(tables.back());
  Ledgered made;
  for (auto _ : state) {
    const Counted counted = Count(Register(), request).value();
    made = ProtectWithLedger(Register(), request, counted, earlier).value();
  }
  const Suppressions hidden = CountSuppressed(made.table);
  state.counters["cells"] = static_cast<double>(made.table.statuses.size());
  state.counters["hidden"] = static_cast<double>(hidden.primary + hidden.secondary);
  state.counters["further"] = static_cast<double>(made.further);
  state.counters["refused"] = made.verdict == sdc::LedgerVerdict::kRefused ? 1 : 0;
}

const Axes kTownTable = {"town", "age", "sex"};

void First(benchmark::State& state) { Beside(state, {kTownTable}); }
void AMarginAfterIt(benchmark::State& state) { Beside(state, {kTownTable, {"town", "sex"}}); }
void WardsAfterIt(benchmark::State& state) { Beside(state, {kTownTable, {"ward", "age", "sex"}}); }
void AMarginOfBoth(benchmark::State& state) {
  Beside(state, {kTownTable, {"ward", "age", "sex"}, {"ward", "age"}});
}

BENCHMARK(First)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(AMarginAfterIt)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(WardsAfterIt)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(AMarginOfBoth)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace oboro::aggregation

BENCHMARK_MAIN();

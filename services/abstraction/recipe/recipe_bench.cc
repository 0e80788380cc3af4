// Abstraction speed on the synthetic register (decoding and parsing included), in rows per second.

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "services/abstraction/recipe/record_abstractor.h"
#include "services/civic/csv/table_reader.h"
#include "services/civic/synth/synth.h"

namespace {

void AbstractRegister(benchmark::State& state) {
  using oboro::abstraction::RecordAbstractor;
  std::ifstream in("deploy/recipes/resident_register.yaml");
  const std::string yaml{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto recipe = oboro::abstraction::ParseRecipe(yaml);
  std::string bytes;
  oboro::civic::SynthSummary summary;
  const absl::Status made = oboro::civic::WriteRegister(
      {.municipality = "221309", .population = 200000},
      [&](absl::string_view piece) {
        bytes.append(piece.data(), piece.size());
        return absl::OkStatus();
      },
      &summary);
  if (!recipe.ok() || !made.ok()) return state.SkipWithError("run from the repository root");
  const std::vector<uint8_t> key(32, 1);
  for (auto _ : state) {
    std::unique_ptr<RecordAbstractor> abstractor;
    oboro::civic::TableReader reader(
        {oboro::civic::Encoding::kCp932, ','}, {}, [&](const oboro::civic::CsvRecord& record) {
          if (record.row == 1) {
            const std::vector<std::string> header(record.fields.begin(), record.fields.end());
            abstractor = *RecordAbstractor::Create(*recipe, header,
                                                   oboro::civic::CivilDate{2025, 4, 1}, key);
            return true;
          }
          if (abstractor->pending() == 65536) {
            benchmark::DoNotOptimize(abstractor->TakeBatch().records);
          }
          return abstractor->Add(record.fields).ok();
        });
    reader.Feed(bytes);
    reader.Finish();
    benchmark::DoNotOptimize(abstractor->records());
  }
  state.SetItemsProcessed(state.iterations() * 200000);
}

BENCHMARK(AbstractRegister)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();

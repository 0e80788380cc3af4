// Checking speed on the synthetic register, in rows per second.

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "services/civic/synth/synth.h"
#include "services/upload/check/checker.h"

namespace {

void CheckRegister(benchmark::State& state) {
  std::ifstream in("deploy/schemas/resident_register.yaml");
  const std::string yaml{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto schema = oboro::upload::ParseDatasetSchema(yaml);
  std::string bytes;
  oboro::civic::SynthSummary summary;
  const absl::Status made = oboro::civic::WriteRegister(
      {.municipality = "221309", .population = 200000},
      [&](absl::string_view piece) {
        bytes.append(piece.data(), piece.size());
        return absl::OkStatus();
      },
      &summary);
  if (!schema.ok() || !made.ok()) return state.SkipWithError("run from the repository root");
  for (auto _ : state) {
    oboro::upload::SnapshotChecker checker(*schema, {.hash_key = {1, 2}});
    for (size_t at = 0; at < bytes.size(); at += 65536) {
      checker.Push(std::string_view(bytes).substr(at, 65536));
    }
    benchmark::DoNotOptimize(checker.Finish().records);
  }
  state.SetItemsProcessed(state.iterations() * 200000);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes.size()));
}

BENCHMARK(CheckRegister)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();

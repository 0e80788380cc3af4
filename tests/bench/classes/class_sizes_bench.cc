// usage: oboro_class_sizes_bench FILE.csv COLUMN,COLUMN... THREADS REPETITIONS
//
// Class sizes over the named columns, by the record engine and by DuckDB, both on columns that are
// loaded and coded (ENUM there), turn about so that a busy machine troubles both alike. Prints one
// JSON document: medians of wall-clock seconds, records and classes. Exit code 1 if they differ.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/sdc/records/csv_load.h"
#include "services/sdc/records/risk.h"
#include "tests/bench/records/duckdb_baseline.h"

namespace oboro::sdc::bench {
namespace {

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

CodedTable Load(const std::string& path, const std::vector<std::string>& columns, int threads) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail(path + " cannot be opened");
  FdSource source(fd);
  CsvOptions options;
  options.columns = columns;
  options.threads = threads;
  auto table = LoadCsv(source, options);
  ::close(fd);
  if (!table.ok()) Fail(std::string(table.status().message()));
  return *std::move(table);
}

int Main(const std::string& path, const std::vector<std::string>& columns, int threads,
         int repetitions) {
  const CodedTable table = Load(path, columns, threads);
  DuckDb duckdb(threads);
  duckdb.Load(path, ',');
  duckdb.Code(columns);
  MeasureOptions options;
  options.threads = threads;
  std::vector<double> ours, theirs;
  uint64_t our_classes = 0, their_classes = 0;
  for (int i = 0; i < repetitions; ++i) {
    ours.push_back(Seconds([&] {
      const auto measure = MeasureClasses(table, columns, {}, options);
      if (!measure.ok()) Fail(std::string(measure.status().message()));
      our_classes = measure->classes;
    }));
    theirs.push_back(Seconds([&] { their_classes = duckdb.ClassSizes("coded", columns); }));
  }
  std::printf("%s\n", nlohmann::json{{"records", table.rows()},
                                     {"classes", our_classes},
                                     {"duckdb_classes", their_classes},
                                     {"seconds", Median(ours)},
                                     {"duckdb_seconds", Median(theirs)}}
                          .dump()
                          .c_str());
  return our_classes == their_classes ? 0 : 1;
}

}  // namespace
}  // namespace oboro::sdc::bench

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s FILE.csv COLUMN,COLUMN... THREADS REPETITIONS\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> columns = absl::StrSplit(argv[2], ',');
  return oboro::sdc::bench::Main(argv[1], columns, std::max(1, std::atoi(argv[3])),
                                 std::max(1, std::atoi(argv[4])));
}

// usage: oboro_sdc_records_bench MUNI.csv HIERARCHIES [--threads N] [--reps N] [--adult FOLDER]
//        [--no-duckdb]
//
// Times of the record engine beside DuckDB's on the same file in the same run: medians over the
// repetitions, wall-clock and processor seconds (the second is what a busy machine leaves
// comparable), with the fastest of each and the time of merely reading the codes, which nothing
// beats. Where DuckDB is measured as well, each first runs once unmeasured and then all its
// repetitions in a block; then both once more, turn about. DuckDB's threads are still at work when
// its query has ended, so that turn about ours is measured beside them; in blocks, a busy machine
// may trouble only one of the two. Both ratios are printed.
// MUNI.csv comes from ../shared/bench/gen_muni.cpp, HIERARCHIES from
// ../shared/bench/hierarchies.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "services/sdc/records/csv_load.h"
#include "services/sdc/records/frontier.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/risk.h"
#include "services/sdc/records/search.h"
#include "tests/bench/records/duckdb_baseline.h"

namespace oboro::sdc::bench {
namespace {

struct Times {
  double wall = 0, cpu = 0, fastest = 0;
};

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Wall-clock and processor seconds of each run of one piece of work.
class Stopwatch {
 public:
  void Run(const std::function<void()>& work) {
    const double cpu_start = CpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    work();
    wall_.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    cpu_.push_back(CpuSeconds() - cpu_start);
  }
  Times Median() {
    std::sort(wall_.begin(), wall_.end());
    std::sort(cpu_.begin(), cpu_.end());
    return {wall_[wall_.size() / 2], cpu_[cpu_.size() / 2], wall_.front()};
  }

 private:
  std::vector<double> wall_, cpu_;
};

Times Median(int repetitions, const std::function<void()>& work) {
  Stopwatch watch;
  work();
  for (int i = 0; i < repetitions; ++i) watch.Run(work);
  return watch.Median();
}

double PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "%s\n", std::string(value.status().message()).c_str());
    std::exit(1);
  }
  return *std::move(value);
}

CodedTable Load(const std::string& path, char delimiter, const std::vector<std::string>& columns,
                int threads) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    std::fprintf(stderr, "%s cannot be opened; make it with gen_muni\n", path.c_str());
    std::exit(1);
  }
  FdSource source(fd);
  CsvOptions options;
  options.delimiter = delimiter;
  options.columns = columns;
  options.threads = threads;
  auto table = LoadCsv(source, options);
  ::close(fd);
  return Must(std::move(table));
}

std::unique_ptr<Hierarchy> LoadHierarchy(const std::string& path, const std::string& name) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return std::make_unique<Hierarchy>(Must(HierarchyFromCsv(name, text.str())));
}

void Print(const char* work, Times t) {
  std::printf("%-44s %9.1f ms wall %9.1f ms processor\n", work, 1e3 * t.wall, 1e3 * t.cpu);
}

void PrintRatio(const char* work, Times ours, Times theirs) {
  Print(work, ours);
  Print("  DuckDB", theirs);
  std::printf("  ratio %.1f (wall), %.1f (processor), %.1f (fastest of each: %.1f and %.1f ms)\n",
              theirs.wall / ours.wall, theirs.cpu / ours.cpu, theirs.fastest / ours.fastest,
              1e3 * ours.fastest, 1e3 * theirs.fastest);
}

// The bytes of all columns, read on all threads and added up.
uint64_t ReadCodes(const CodedTable& table, int threads) {
  std::vector<uint64_t> sums(threads, 0);
  RunThreads(threads, [&](int t) {
    for (const CodedColumn& column : table.columns()) {
      const auto [begin, end] = SplitRange(column.codes().byte_size() / 8, threads, t);
      uint64_t sum = 0;
      for (uint64_t i = begin; i < end; ++i) {
        uint64_t word;
        std::memcpy(&word, column.codes().codes8() + 8 * i, 8);
        sum += word;
      }
      sums[t] += sum;
    }
  });
  return std::accumulate(sums.begin(), sums.end(), uint64_t{0});
}

struct Settings {
  std::string file, hierarchies, adult;
  int threads = 2, repetitions = 5;
  bool duckdb = true;
};

struct Prepared {
  CodedTable table;
  std::vector<std::unique_ptr<Hierarchy>> hierarchies;
  SearchInput input;
};

void Prepare(Prepared& p, const std::vector<std::string>& names,
             const std::function<std::string(const std::string&)>& path) {
  p.input.table = &p.table;
  for (size_t i = 0; i < names.size(); ++i) {
    p.hierarchies.push_back(LoadHierarchy(path(names[i]), names[i]));
    p.input.quasi_identifiers.push_back(i);
    p.input.hierarchies.push_back(p.hierarchies.back().get());
  }
  p.input.models = {Model::KAnonymity(5)};
}

void BenchAdult(const Settings& s) {
  const std::vector<std::string> names = {
      "sex",       "age",        "race",        "marital-status", "education", "native-country",
      "workclass", "occupation", "salary-class"};
  Prepared p;
  p.table = Load(s.adult + "/adult.csv", ';', names, s.threads);
  Prepare(p, names, [&](const std::string& n) { return s.adult + "/hierarchy_" + n + ".csv"; });
  SearchOptions options;
  options.threads = s.threads;
  for (const Rational limit : {Rational{0, 1}, Rational{1, 20}}) {
    options.suppression_limit = limit;
    Print(("optimum adult, k 5, limit " + limit.ToString()).c_str(),
          Median(s.repetitions, [&] { Must(FindOptimum(p.input, options)); }));
  }
  FrontierOptions frontier;
  frontier.threads = s.threads;
  p.input.models.clear();
  Print("whole frontier adult",
        Median(s.repetitions, [&] { Must(FindFrontier(p.input, frontier)); }));
}

ClassMeasure Measure(const Settings& s, const CodedTable& table,
                     const std::vector<std::string>& names) {
  MeasureOptions options;
  options.threads = s.threads;
  return Must(MeasureClasses(table, names, {}, options));
}

void BenchLoaded(const Settings& s, const CodedTable& table,
                 const std::vector<std::string>& names) {
  uint64_t sum = 0;
  Print("reading the codes, nothing else",
        Median(s.repetitions, [&] { sum += ReadCodes(table, s.threads); }));
  if (sum == 0) std::printf("  (all codes are 0)\n");
  if (s.duckdb) return;
  Print("class sizes, loaded", Median(s.repetitions, [&] { Measure(s, table, names); }));
  Print("CSV load and code", Median(s.repetitions, [&] { Load(s.file, ';', names, s.threads); }));
}

// Ours and DuckDB's, in blocks and turn about.
void Compare(const char* work, int repetitions, const std::function<void()>& ours,
             const std::function<void()>& theirs) {
  Stopwatch our_block, their_block, our_turn, their_turn;
  theirs();
  for (int i = 0; i < repetitions; ++i) their_block.Run(theirs);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // DuckDB's threads come to rest
  ours();
  for (int i = 0; i < repetitions; ++i) our_block.Run(ours);
  for (int i = 0; i < repetitions; ++i) {
    our_turn.Run(ours);
    their_turn.Run(theirs);
  }
  PrintRatio((std::string(work) + ", in blocks").c_str(), our_block.Median(), their_block.Median());
  PrintRatio((std::string(work) + ", turn about").c_str(), our_turn.Median(), their_turn.Median());
}

int BenchDuckDb(const Settings& s, const CodedTable& table, const std::vector<std::string>& names) {
  if (!s.duckdb) return 0;
  DuckDb duckdb(s.threads);
  Compare(
      "CSV load and code", s.repetitions, [&] { Load(s.file, ';', names, s.threads); },
      [&] { duckdb.Load(s.file, ';'); });
  duckdb.Code(names);
  uint64_t found = 0, expected = 0;
  Compare(
      "class sizes (DuckDB: ENUM)", s.repetitions,
      [&] { found = Measure(s, table, names).classes; },
      [&] { expected = duckdb.ClassSizes("coded", names); });
  std::printf("peak memory with DuckDB: %.0f MB\n", PeakMegabytes());
  if (found == expected) return 0;
  std::fprintf(stderr, "DuckDB finds %llu classes, the engine %llu\n",
               static_cast<unsigned long long>(expected), static_cast<unsigned long long>(found));
  return 1;
}

int Main(const Settings& s) {
  const std::vector<std::string> names = {"age",       "sex",         "postal",
                                          "household", "nationality", "employment"};
  std::printf("%s, %d threads, medians of %d\n", s.file.c_str(), s.threads, s.repetitions);
  if (!s.adult.empty()) BenchAdult(s);
  Prepared p;
  // The whole job once, before anything else could raise the peak.
  p.table = Load(s.file, ';', names, s.threads);
  Prepare(p, names,
          [&](const std::string& n) { return s.hierarchies + "/muni_hierarchy_" + n + ".csv"; });
  SearchOptions options;
  options.threads = s.threads;
  options.suppression_limit = Rational::Of(1, 20);
  Must(FindOptimum(p.input, options));
  std::printf("peak memory of load and search: %.0f MB\n", PeakMegabytes());
  const Times optimum =
      Median(std::min(s.repetitions, 3), [&] { Must(FindOptimum(p.input, options)); });
  Print("optimum, k 5, limit 1/20", optimum);
  BenchLoaded(s, p.table, names);
  return BenchDuckDb(s, p.table, names);
}

}  // namespace
}  // namespace oboro::sdc::bench

int main(int argc, char** argv) {
  oboro::sdc::bench::Settings settings;
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: %s MUNI.csv HIERARCHIES [--threads N] [--reps N] [--adult FOLDER] "
                 "[--no-duckdb]\n",
                 argv[0]);
    return 2;
  }
  settings.file = argv[1];
  settings.hierarchies = argv[2];
  for (int i = 3; i < argc; ++i) {
    const std::string flag = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string("1"); };
    if (flag == "--threads") settings.threads = std::max(1, std::atoi(value().c_str()));
    if (flag == "--reps") settings.repetitions = std::max(1, std::atoi(value().c_str()));
    if (flag == "--adult") settings.adult = value();
    if (flag == "--no-duckdb") settings.duckdb = false;
  }
  return oboro::sdc::bench::Main(settings);
}

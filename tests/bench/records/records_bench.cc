// usage: oboro_sdc_records_bench MUNI.csv HIERARCHIES [--threads N] [--reps N] [--adult FOLDER]
//        [--no-duckdb]
//
// Times of the record engine beside DuckDB's on the same file in the same run: medians over the
// repetitions, wall-clock and processor seconds (the second is what a busy machine leaves
// comparable). MUNI.csv comes from ../shared/bench/gen_muni.cpp, HIERARCHIES from
// ../shared/bench/hierarchies.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "services/sdc/records/csv_load.h"
#include "services/sdc/records/frontier.h"
#include "services/sdc/records/risk.h"
#include "services/sdc/records/search.h"
#include "tests/bench/records/duckdb_baseline.h"

namespace oboro::sdc::bench {
namespace {

struct Times {
  double wall = 0, cpu = 0;
};

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return t.tv_sec + 1e-6 * t.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Times Median(int repetitions, const std::function<void()>& work) {
  std::vector<double> wall, cpu;
  for (int i = 0; i < repetitions; ++i) {
    const double cpu_start = CpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    work();
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    cpu.push_back(CpuSeconds() - cpu_start);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  return {wall[wall.size() / 2], cpu[cpu.size() / 2]};
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
  std::printf("  ratio %.1f (wall), %.1f (processor)\n", theirs.wall / ours.wall,
              theirs.cpu / ours.cpu);
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
  ClassMeasure measure;
  MeasureOptions measuring;
  measuring.threads = s.threads;
  const Times classes =
      Median(s.repetitions, [&] { measure = Must(MeasureClasses(p.table, names, {}, measuring)); });
  const Times load = Median(s.repetitions, [&] { Load(s.file, ';', names, s.threads); });
  if (!s.duckdb) {
    Print("class sizes, loaded", classes);
    Print("CSV load and code", load);
    return 0;
  }
  DuckDb duckdb(s.threads);
  const Times their_load = Median(std::min(s.repetitions, 3), [&] { duckdb.Load(s.file, ';'); });
  duckdb.Code(names);
  uint64_t their_classes = 0;
  const Times coded =
      Median(s.repetitions, [&] { their_classes = duckdb.ClassSizes("coded", names); });
  PrintRatio("class sizes, loaded (DuckDB: ENUM)", classes, coded);
  PrintRatio("CSV load and code", load, their_load);
  std::printf("peak memory with DuckDB: %.0f MB\n", PeakMegabytes());
  if (their_classes != measure.classes) {
    std::fprintf(stderr, "DuckDB finds %llu classes, the engine %llu\n",
                 static_cast<unsigned long long>(their_classes),
                 static_cast<unsigned long long>(measure.classes));
    return 1;
  }
  return 0;
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

// Speed of the table engine, beside DuckDB where it does the same work. Medians of five in one run.
//   sdc_tables_bench MUNI100K.csv [MUNI10M.csv]      files of ../shared/bench/gen_muni
// Prints one line a measurement: name, median seconds, what came out.
#include <duckdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "services/sdc/records/csv_load.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/ledger.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc {
namespace {

double Median(const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[2];
}

CodedTable Load(const char* path, const std::vector<std::string>& columns) {
  FdSource source(open(path, O_RDONLY | O_CLOEXEC));
  CsvOptions options;
  options.delimiter = ';';
  options.columns = columns;
  return *LoadCsv(source, options);
}

CodeSpan SpanOf(const CodedColumn& column) {
  return column.codes().Visit(
      [&](auto* codes) -> CodeSpan { return std::span(codes, column.codes().size()); });
}

// A column recoded by a function of its values, for the postal digits and the age bands.
struct Recoded {
  std::vector<std::string> labels;
  std::vector<uint32_t> codes;
};

template <typename Fn>
Recoded Recode(const CodedColumn& column, const Fn& fn) {
  Recoded r;
  std::vector<uint32_t> to;
  for (const std::string& value : column.dictionary()) {
    const std::string label = fn(value);
    const auto at = std::find(r.labels.begin(), r.labels.end(), label);
    to.push_back(static_cast<uint32_t>(at - r.labels.begin()));
    if (at == r.labels.end()) r.labels.push_back(label);
  }
  for (uint64_t i = 0; i < column.size(); ++i) r.codes.push_back(to[column.code(i)]);
  return r;
}

template <typename Fn>
Dimension Grouped(const std::string& name, const std::vector<std::string>& labels, const Fn& fn) {
  std::vector<std::string> groups;
  for (const std::string& label : labels) groups.push_back(fn(label));
  return *Dimension::Hierarchical(name, labels, {groups});
}

void Protect(const char* name, const Grid& grid, const std::vector<int64_t>& values,
             int64_t threshold) {
  TablePolicy policy;
  policy.min_count = threshold;
  ProtectedTable table;
  const double seconds = Median([&] { table = *ProtectCounts(grid, values, policy); });
  std::printf("%s: %.3f s, %u cells, %ld primary, %ld secondary, %zu exposed\n", name, seconds,
              grid.cell_count(), table.primary, table.secondary, table.exposed.size());
  if (table.primary + table.secondary > 2000) return;
  CellBounds bounds{std::vector<int64_t>(grid.cell_count(), 0), {}};
  AttackResult attack;
  const double attacked =
      Median([&] { attack = *Attack(grid, values, table.statuses, bounds, {}); });
  std::printf("%s, exact attack: %.3f s, %zu cells, %lu inexact\n", name, attacked,
              attack.intervals.size(), attack.inexact);
}

void Muni(const char* path) {
  const CodedTable t = Load(path, {"postal", "sex", "employment", "age"});
  const Recoded p2 = Recode(t.column(0), [](const std::string& s) { return s.substr(0, 2); });
  const Recoded a10 = Recode(
      t.column(3), [](const std::string& s) { return std::to_string(std::stoi(s) / 10 * 10); });
  const Dimension postal =
      Grouped("p2", p2.labels, [](const std::string& s) { return s.substr(0, 1) + "*"; });
  const Dimension age = Grouped(
      "a10", a10.labels, [](const std::string& s) { return std::to_string(std::stoi(s) / 20); });
  const Dimension sex = *Dimension::Flat("sex", t.column(1).dictionary());
  const Dimension work = *Dimension::Flat("employment", t.column(2).dictionary());
  std::vector<CodeSpan> columns = {std::span<const uint32_t>(p2.codes), SpanOf(t.column(1)),
                                   SpanOf(t.column(2))};
  const Grid three = *Grid::Make({postal, sex, work});
  Protect("p2<p1 x sex x employment", three, *TabulateCounts(three, columns), 5);
  columns.push_back(std::span<const uint32_t>(a10.codes));
  const Grid four = *Grid::Make({postal, sex, work, age});
  Protect("with a10<a20", four, *TabulateCounts(four, columns), 5);
}

// 551 towns of very different size, 21 five-year bands in three groups, two sexes; 780,000 people.
void City() {
  std::mt19937 random(7);
  std::vector<std::string> towns, ages, groups;
  std::vector<double> weight;
  double total = 0;
  for (int i = 0; i < 551; ++i) {
    towns.push_back("town" + std::to_string(i));
    weight.push_back(std::exp(std::normal_distribution<>(0, 1.2)(random)));
    total += weight.back();
  }
  static constexpr double kPyramid[] = {4,   4.3, 4.5, 4.6, 5, 5,   5.2, 5.8, 6.5, 7.5, 7.2,
                                        6.3, 6,   6.3, 7,   6, 4.6, 3.2, 1.6, 0.5, 0.06};
  for (int i = 0; i < 21; ++i) {
    ages.push_back(std::to_string(i * 5));
    groups.push_back(i < 3 ? "0-14" : i < 13 ? "15-64" : "65-");
  }
  const Grid grid =
      *Grid::Make({*Dimension::Flat("town", towns), *Dimension::Hierarchical("age", ages, {groups}),
                   *Dimension::Flat("sex", {"M", "F"})});
  std::vector<int64_t> values(grid.cell_count(), 0);
  for (uint32_t t = 0; t < 551; ++t) {
    for (uint32_t a = 0; a < 21; ++a) {
      for (uint32_t s = 0; s < 2; ++s) {
        const double mean = 780000 * weight[t] / total * kPyramid[a] / 100.6 / 2;
        values[t * grid.stride(0) + a * grid.stride(1) + s] =
            std::poisson_distribution<int>(mean)(random);
      }
    }
  }
  grid.FillMargins(values);
  Protect("city 551 x 21<3 x 2", grid, values, 10);

  const ProtectedTable whole = *ProtectCounts(grid, values, TablePolicy{});
  const std::vector<CellStatus>& statuses = whole.statuses;
  std::vector<LedgerRelease> releases;
  for (int i = 0; i < 201; ++i) {
    const uint32_t from = random() % 551, kind = random() % 3;
    LedgerRelease r;
    r.id = std::to_string(1000 + i);
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      const uint32_t town = grid.node(c, 0);
      if (town != grid.dim(0).total() && (town + 551 - from) % 551 >= 60) continue;
      if (kind == 0 && grid.node(c, 2) != grid.dim(2).total()) continue;
      if (kind == 1 && grid.dim(1).is_leaf(grid.node(c, 1))) continue;
      r.cells.push_back(c);
      r.values.push_back(values[c]);
      r.statuses.push_back(statuses[c]);
    }
    // Each release brings the proofs of the table that it was cut from, every 200th of them.
    for (size_t k = static_cast<size_t>(i); k < whole.proofs.size(); k += 200) {
      r.witnesses.push_back(whole.proofs[k].witness);
    }
    releases.push_back(std::move(r));
  }
  LedgerAnswer answer;
  const double seconds = Median([&] {
    answer = *CheckRelease(grid, std::span(releases.data(), 200), releases[200], values);
  });
  std::printf("ledger check against 200: %.3f s, verdict %d, %zu exposed\n", seconds,
              static_cast<int>(answer.verdict), answer.exposed.size());
}

void Query(duckdb_connection connection, const std::string& sql) {
  duckdb_result result;
  if (duckdb_query(connection, sql.c_str(), &result) == DuckDBError) {
    std::printf("DuckDB: %s\n", duckdb_result_error(&result));
  }
  duckdb_destroy_result(&result);
}

void Tabulate(const char* path) {
  const CodedTable t = Load(path, {"household", "sex", "employment"});
  std::vector<Dimension> dims;
  std::vector<CodeSpan> columns;
  for (const CodedColumn& c : t.columns()) {
    dims.push_back(*Dimension::Flat(c.name(), c.dictionary()));
    columns.push_back(SpanOf(c));
  }
  const Grid grid = *Grid::Make(dims);
  std::vector<int64_t> values;
  const double ours = Median([&] { values = *TabulateCounts(grid, columns); });
  duckdb_database database;
  duckdb_connection connection;
  duckdb_open(nullptr, &database);
  duckdb_connect(database, &connection);
  Query(connection, "SET threads=2");
  const std::string file = std::string("read_csv('") + path + "', delim=';', all_varchar=true)";
  std::string select;
  for (const char* name : {"household", "sex", "employment"}) {
    Query(connection, std::string("CREATE TYPE e_") + name + " AS ENUM (SELECT DISTINCT " + name +
                          " FROM " + file + ")");
    select += std::string(select.empty() ? "" : ", ") + name + "::e_" + name + " AS " + name;
  }
  Query(connection, "CREATE TABLE t AS SELECT " + select + " FROM " + file);
  const double theirs = Median([&] {
    Query(connection,
          "SELECT household, sex, employment, count(*) FROM t "
          "GROUP BY CUBE(household, sex, employment)");
  });
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  std::printf("tabulate %lu rows, %u cells: %.4f s, DuckDB CUBE on ENUM %.4f s, ratio %.1f\n",
              t.rows(), grid.cell_count(), ours, theirs, theirs / ours);
}

}  // namespace
}  // namespace oboro::sdc

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: sdc_tables_bench MUNI100K.csv [MUNI10M.csv]\n");
    return 2;
  }
  oboro::sdc::Muni(argv[1]);
  oboro::sdc::City();
  if (argc > 2) oboro::sdc::Tabulate(argv[2]);
  return 0;
}

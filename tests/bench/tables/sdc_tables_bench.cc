// Speed of the table engine, beside DuckDB where it does the same work. Medians of five in one run.
//   sdc_tables_bench MUNI100K.csv [MUNI10M.csv]      files of ../shared/bench/gen_muni
// Prints a table (Markdown): work, seconds by the clock and of all processors, what came out, the
// goal, and how many times over the goal is met.
#include <duckdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/csv_load.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/ledger.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/tabulate.h"
#include "tests/bench/tables/city.h"
#include "tests/bench/tables/timing.h"

namespace oboro::sdc {
namespace {

constexpr uint64_t kResidents = 780'000;  // of Hamamatsu

void Row(const std::string& work, const Timing& t, const std::string& outcome, double goal) {
  std::printf("| %s | %.3f s | %.3f s | %s | %g s | %.1f |\n", work.c_str(), t.seconds, t.processor,
              outcome.c_str(), goal, goal / t.seconds);
  std::fflush(stdout);
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

// Protects the table and, where `attacked`, computes every interval exactly: both are timed.
ProtectedTable Protect(const std::string& name, const Grid& grid,
                       const std::vector<int64_t>& values, int64_t threshold, bool attacked,
                       double goal) {
  TablePolicy policy;
  policy.min_count = threshold;
  const CellBounds bounds{std::vector<int64_t>(grid.cell_count(), 0), {}};
  ProtectedTable table;
  AttackResult attack;
  const Timing t = Median([&] {
    table = *ProtectCounts(grid, values, policy);
    if (attacked) attack = *Attack(grid, values, table.statuses, bounds, {});
  });
  std::string outcome =
      absl::StrCat(grid.cell_count(), " cells, ", table.primary, " primary, ", table.secondary,
                   " secondary, ", table.exposed.size(), " exposed");
  if (attacked) {
    absl::StrAppend(&outcome, "; ", attack.intervals.size(), " intervals, ", attack.inexact,
                    " not exact");
  }
  Row(name, t, outcome, goal);
  return table;
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
  Protect("protect and attack p2 ⊂ p1 × sex × employment", three, *TabulateCounts(three, columns),
          5, true, 0.2);
  columns.push_back(std::span<const uint32_t>(a10.codes));
  const Grid four = *Grid::Make({postal, sex, work, age});
  Protect("protect and prove with a10 ⊂ a20", four, *TabulateCounts(four, columns), 5, false, 5);
}

// The city's table as one release after another showed parts of it: a sixth of the towns each, by
// five-year bands or groups, by sex or not.
std::vector<LedgerRelease> Releases(const CityTable& city, const ProtectedTable& whole, int count) {
  const Grid& grid = city.grid;
  const uint32_t towns = grid.dim(0).leaf_count();
  std::mt19937 random(7);
  std::vector<LedgerRelease> releases;
  for (int i = 0; i < count; ++i) {
    const uint32_t from = random() % towns, kind = random() % 3;
    LedgerRelease r;
    r.id = absl::StrCat(1000 + i);
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      const uint32_t town = grid.node(c, 0);
      if (town != grid.dim(0).total() && (town + towns - from) % towns >= towns / 6) continue;
      if (kind == 0 && grid.node(c, 2) != grid.dim(2).total()) continue;
      if (kind == 1 && grid.dim(1).is_leaf(grid.node(c, 1))) continue;
      r.cells.push_back(c);
      r.values.push_back(city.values[c]);
      r.statuses.push_back(whole.statuses[c]);
    }
    releases.push_back(std::move(r));
  }
  return releases;
}

void City() {
  CityTable city = TabulateCity(kResidents);
  const ProtectedTable whole =
      Protect("protect and prove 町字 × 5歳 ⊂ 3区分 × 男女", city.grid, city.values, 10, false, 30);
  std::vector<LedgerRelease> releases = Releases(city, whole, 201);
  const auto check = [&](const std::string& name) {
    LedgerAnswer answer;
    const Timing t = Median([&] {
      answer =
          *CheckRelease(city.grid, std::span(releases.data(), 200), releases[200], city.values);
    });
    Row(name, t,
        absl::StrCat(answer.verdict == LedgerVerdict::kSafe ? "safe" : "not safe", ", ",
                     answer.targets, " targets, ", answer.exposed.size(), " exposed"),
        5);
  };
  check("ledger: one table against 200, no proofs kept");
  // Each release brings the proofs of the table that it was cut from, every 200th of them.
  for (size_t i = 0; i < 200; ++i) {
    for (size_t k = i; k < whole.proofs.size(); k += 200) {
      releases[i].witnesses.push_back(whole.proofs[k].witness);
    }
  }
  check("ledger: one table against 200, their proofs kept");
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
  const Timing ours = Median([&] { values = *TabulateCounts(grid, columns); });
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
  const Timing theirs = Median([&] {
    Query(connection,
          "SELECT household, sex, employment, count(*) FROM t "
          "GROUP BY CUBE(household, sex, employment)");
  });
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  Row("tabulate by household × sex × employment with margins, loaded", ours,
      absl::StrCat(t.rows(), " rows, ", grid.cell_count(), " cells; DuckDB CUBE on ENUM ",
                   static_cast<int64_t>(theirs.seconds * 1e6), " µs; its fifth is the goal"),
      theirs.seconds / 5);
}

}  // namespace
}  // namespace oboro::sdc

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: sdc_tables_bench MUNI100K.csv [MUNI10M.csv]\n");
    return 2;
  }
  std::puts("| work | seconds | of all processors | came out | goal | met |");
  std::puts("| --- | --- | --- | --- | --- | --- |");
  oboro::sdc::Muni(argv[1]);
  oboro::sdc::City();
  if (argc > 2) oboro::sdc::Tabulate(argv[2]);
  return 0;
}

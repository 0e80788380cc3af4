#include "tests/bench/records/duckdb_baseline.h"

#include <cstdio>
#include <cstdlib>

namespace oboro::sdc::bench {

DuckDb::DuckDb(int threads) {
  if (duckdb_open(nullptr, &database_) != DuckDBSuccess ||
      duckdb_connect(database_, &connection_) != DuckDBSuccess) {
    std::fprintf(stderr, "DuckDB cannot be opened\n");
    std::exit(1);
  }
  Run("SET threads = " + std::to_string(threads));
  Run("SET preserve_insertion_order = false");
}

DuckDb::~DuckDb() {
  duckdb_disconnect(&connection_);
  duckdb_close(&database_);
}

uint64_t DuckDb::Run(const std::string& sql) {
  duckdb_result result;
  if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess) {
    std::fprintf(stderr, "DuckDB: %s\n", duckdb_result_error(&result));
    std::exit(1);
  }
  const bool value = duckdb_row_count(&result) > 0 && duckdb_column_count(&result) > 0;
  const auto number = value ? static_cast<uint64_t>(duckdb_value_int64(&result, 0, 0)) : 0;
  duckdb_destroy_result(&result);
  return number;
}

void DuckDb::Load(const std::string& path, char delimiter) {
  Run("CREATE OR REPLACE TABLE text AS SELECT * FROM read_csv('" + path + "', delim = '" +
      std::string(1, delimiter) + "', header = true, all_varchar = true)");
}

void DuckDb::Code(const std::vector<std::string>& columns) {
  std::string select;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string name = "\"" + columns[i] + "\"", type = "code" + std::to_string(i);
    Run("CREATE TYPE " + type + " AS ENUM (SELECT DISTINCT " + name + " FROM text)");
    select += (i == 0 ? "" : ", ") + name + "::" + type + " AS " + name;
  }
  Run("CREATE TABLE coded AS SELECT " + select + " FROM text");
}

uint64_t DuckDb::ClassSizes(const std::string& table, const std::vector<std::string>& columns) {
  std::string names;
  for (const std::string& c : columns) names += (names.empty() ? "\"" : ", \"") + c + "\"";
  return Run(
      "SELECT sum(classes)::BIGINT FROM (SELECT size, count(*) AS classes FROM (SELECT "
      "count(*) AS size FROM " +
      table + " GROUP BY " + names + ") GROUP BY size)");
}

}  // namespace oboro::sdc::bench

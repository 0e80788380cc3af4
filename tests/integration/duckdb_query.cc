// duckdb_query: reads one SQL statement from standard input, runs it in an in-memory DuckDB and
// writes the rows as JSON arrays of strings, one a line. The independent computation that the
// integration tests compare Oboro's figures with.
#include <duckdb.h>

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

int main() {
  const std::string sql((std::istreambuf_iterator<char>(std::cin)),
                        std::istreambuf_iterator<char>());
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(nullptr, &database) == DuckDBError ||
      duckdb_connect(database, &connection) == DuckDBError) {
    std::cerr << "duckdb does not open\n";
    return 1;
  }
  duckdb_result result;
  if (duckdb_query(connection, sql.c_str(), &result) == DuckDBError) {
    std::cerr << duckdb_result_error(&result) << "\n";
    return 1;
  }
  const idx_t columns = duckdb_column_count(&result);
  const idx_t rows = duckdb_row_count(&result);
  for (idx_t row = 0; row < rows; ++row) {
    nlohmann::json line = nlohmann::json::array();
    for (idx_t column = 0; column < columns; ++column) {
      char* value = duckdb_value_varchar(&result, column, row);
      line.push_back(value == nullptr ? nlohmann::json(nullptr) : nlohmann::json(value));
      duckdb_free(value);
    }
    std::cout << line.dump() << "\n";
  }
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return 0;
}

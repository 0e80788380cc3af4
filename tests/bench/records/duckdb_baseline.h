// DuckDB through its C interface, as the baseline of the record engine's benchmark.
#pragma once

#include <duckdb.h>

#include <string>
#include <vector>

namespace oboro::sdc::bench {

class DuckDb {
 public:
  explicit DuckDb(int threads);
  ~DuckDb();
  DuckDb(const DuckDb&) = delete;
  DuckDb& operator=(const DuckDb&) = delete;

  // Loads the file into table `text`, each column VARCHAR as the engine reads them.
  void Load(const std::string& path, char delimiter);
  // Table `coded`: the named columns of `text` as ENUM.
  void Code(const std::vector<std::string>& columns);
  // Histogram of class sizes of a table; returns the number of classes.
  uint64_t ClassSizes(const std::string& table, const std::vector<std::string>& columns);

 private:
  uint64_t Run(const std::string& sql);
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace oboro::sdc::bench

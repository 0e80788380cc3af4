#pragma once

#include <duckdb.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/platform/columnar/interner.h"
#include "services/platform/columnar/parquet.h"

namespace oboro::platform {

// Gathers the rows of a result of text columns as dictionary codes; no allocation a value.
class TextRows {
 public:
  // Takes the names; INVALID_ARGUMENT when a column is not of text.
  absl::Status Start(duckdb_result* result);
  absl::Status Add(duckdb_data_chunk chunk, size_t rows);
  // Sorts the dictionaries by bytes.
  ColumnBatch Finish();

 private:
  struct Column {
    std::string name;
    Interner values;
    std::vector<uint32_t> codes;
    void Add(const duckdb_string_t* texts, size_t rows);
  };
  std::vector<Column> columns_;
  int64_t rows_ = 0;
};

}  // namespace oboro::platform

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// Columns of dictionary codes, the way abstracted records travel: value i of column c is
// dictionary[c][codes[c][i]].
struct ColumnBatch {
  struct Column {
    std::string name;
    std::vector<std::string> dictionary;
    std::vector<uint32_t> codes;
  };
  std::vector<Column> columns;
  int64_t rows = 0;
};

// Parquet in memory, by DuckDB (C API) locked as design.md 6 says: memfd only, no temp directory,
// no external access, memory limit, configuration locked. Works inside the job sandbox. Text
// columns, dictionary-encoded; values are UTF-8 without NUL, column names distinct (letter case
// does not make a difference).
//
// Memory: four bytes a value, the distinct values once, and the file.
class ParquetWriter {
 public:
  static absl::StatusOr<std::unique_ptr<ParquetWriter>> Create(std::vector<std::string> columns,
                                                               int threads);
  virtual ~ParquetWriter() = default;
  // Appends rows; dictionaries may differ between batches. Columns in the order of Create.
  // INVALID_ARGUMENT when the batch does not fit or a value cannot be stored.
  virtual absl::Status Append(const ColumnBatch& batch) = 0;
  // Writes the file and hands it to `sink` in pieces. No call may follow.
  virtual absl::Status Finish(const std::function<absl::Status(absl::string_view)>& sink) = 0;
};

// Reads a whole Parquet file of text columns (fed in pieces until an empty one) into one batch,
// rows in the file's order. Dictionaries are in byte order and hold exactly the values that occur,
// so that they do not depend on the order of rows. INVALID_ARGUMENT for what is no such file and
// for columns that it does not have.
absl::StatusOr<ColumnBatch> ReadParquet(
    const std::function<absl::StatusOr<absl::string_view>()>& source,
    const std::vector<std::string>& columns /* empty: all */, int threads);

}  // namespace oboro::platform

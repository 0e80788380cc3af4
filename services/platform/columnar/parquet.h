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
// columns, dictionary-encoded.
class ParquetWriter {
 public:
  static absl::StatusOr<std::unique_ptr<ParquetWriter>> Create(std::vector<std::string> columns,
                                                               int threads);
  virtual ~ParquetWriter() = default;
  // Appends rows; dictionaries may differ between batches.
  virtual absl::Status Append(const ColumnBatch& batch) = 0;
  // Writes the file and hands it to `sink` in pieces.
  virtual absl::Status Finish(const std::function<absl::Status(absl::string_view)>& sink) = 0;
};

// Reads a whole Parquet file (fed in pieces until an empty one) into one batch; codes of each
// column are numbered by first appearance... or sorted: `sorted_dictionaries` gives dictionaries in
// byte order, independent of row order.
absl::StatusOr<ColumnBatch> ReadParquet(
    const std::function<absl::StatusOr<absl::string_view>()>& source,
    const std::vector<std::string>& columns /* empty: all */, int threads);

}  // namespace oboro::platform

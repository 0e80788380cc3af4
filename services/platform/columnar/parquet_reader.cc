#include <duckdb.h>

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/interner.h"
#include "services/platform/columnar/locked_duckdb.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/columnar/text_rows.h"

namespace oboro::platform {

absl::Status TextRows::Start(duckdb_result* result) {
  columns_.clear();
  columns_.resize(duckdb_column_count(result));
  for (size_t c = 0; c < columns_.size(); ++c) {
    columns_[c].name = duckdb_column_name(result, c);
    if (duckdb_column_type(result, c) != DUCKDB_TYPE_VARCHAR) {
      return absl::InvalidArgumentError(
          absl::StrCat("column '", columns_[c].name, "' is not of text"));
    }
  }
  return absl::OkStatus();
}

absl::Status TextRows::Add(duckdb_data_chunk chunk, size_t rows) {
  for (size_t c = 0; c < columns_.size(); ++c) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
    auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
    uint64_t* validity = duckdb_vector_get_validity(vector);
    Column& column = columns_[c];
    for (size_t i = 0; i < rows; ++i) {
      if (validity != nullptr && !duckdb_validity_row_is_valid(validity, i)) {
        return absl::InvalidArgumentError(
            absl::StrCat("column '", column.name, "' has a NULL; ours never have"));
      }
      // As duckdb_string_t_data, without two calls a value: short texts are in the struct itself.
      const duckdb_string_t& text = texts[i];
      const uint32_t length = text.value.inlined.length;
      const char* data = length <= sizeof text.value.inlined.inlined ? text.value.inlined.inlined
                                                                     : text.value.pointer.ptr;
      column.codes.push_back(column.values.Code(absl::string_view(data, length)));
    }
  }
  rows_ += static_cast<int64_t>(rows);
  return absl::OkStatus();
}

ColumnBatch TextRows::Finish() {
  ColumnBatch batch;
  batch.rows = rows_;
  for (Column& column : columns_) {
    const std::vector<absl::string_view>& values = column.values.values();
    std::vector<uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&values](uint32_t a, uint32_t b) { return values[a] < values[b]; });
    std::vector<uint32_t> rank(values.size());
    ColumnBatch::Column out;
    out.name = std::move(column.name);
    out.dictionary.reserve(values.size());
    for (uint32_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = i;
      out.dictionary.emplace_back(values[order[i]]);
    }
    out.codes = std::move(column.codes);
    for (uint32_t& code : out.codes) code = rank[code];
    batch.columns.push_back(std::move(out));
  }
  return batch;
}

absl::StatusOr<ColumnBatch> ReadParquet(
    const std::function<absl::StatusOr<absl::string_view>()>& source,
    const std::vector<std::string>& columns, int threads) {
  ASSIGN_OR_RETURN(MemoryFile file, MemoryFile::Make());
  while (true) {
    ASSIGN_OR_RETURN(const absl::string_view piece, source());
    if (piece.empty()) break;
    RETURN_IF_ERROR(file.Write(piece));
  }
  std::vector<std::string> names;
  for (const std::string& column : columns) {
    ASSIGN_OR_RETURN(names.emplace_back(), QuoteIdentifier(column));
  }
  LockedDuckDb::Options options;
  options.threads = threads;
  ASSIGN_OR_RETURN(const auto duck, LockedDuckDb::Open(options));
  TextRows rows;
  RETURN_IF_ERROR(duck->Query(
      absl::StrCat("SELECT ", names.empty() ? "*" : absl::StrJoin(names, ", "),
                   " FROM read_parquet('", file.path(), "')"),
      {}, [&rows](duckdb_result* result) { return rows.Start(result); },
      [&rows](duckdb_data_chunk chunk, idx_t size) { return rows.Add(chunk, size); }));
  return rows.Finish();
}

}  // namespace oboro::platform

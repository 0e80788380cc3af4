#include <duckdb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/interner.h"
#include "services/platform/columnar/locked_duckdb.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/columnar/text_rows.h"

namespace oboro::platform {

namespace {

absl::Status CheckNoNull(const std::string& name, duckdb_vector vector, size_t rows) {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  for (size_t i = 0; validity != nullptr && i < rows; ++i) {
    if (!duckdb_validity_row_is_valid(validity, i)) {
      return absl::InvalidArgumentError(
          absl::StrCat("column '", name, "' has a NULL; ours never have"));
    }
  }
  return absl::OkStatus();
}

// As duckdb_string_t_data, without two calls a value: short texts are in the struct itself.
absl::string_view TextOf(const duckdb_string_t& text) {
  const uint32_t length = text.value.inlined.length;
  const bool inlined = length <= sizeof text.value.inlined.inlined;
  return {inlined ? text.value.inlined.inlined : text.value.pointer.ptr, length};
}

// The first eight bytes as a number that sorts as they do.
uint64_t Front(absl::string_view text) {
  uint64_t front = 0;
  for (size_t i = 0; i < sizeof front; ++i) {
    front = front << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0);
  }
  return front;
}

// Codes in the byte order of their values; most comparisons are of numbers that lie side by side.
std::vector<uint32_t> ByteOrder(const std::vector<absl::string_view>& values) {
  std::vector<std::pair<uint64_t, uint32_t>> fronts;
  fronts.reserve(values.size());
  for (uint32_t code = 0; code < values.size(); ++code) {
    fronts.emplace_back(Front(values[code]), code);
  }
  std::sort(fronts.begin(), fronts.end(), [&values](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : values[a.second] < values[b.second];
  });
  std::vector<uint32_t> order;
  order.reserve(values.size());
  for (const auto& [front, code] : fronts) order.push_back(code);
  return order;
}

}  // namespace

void TextRows::Column::Add(const duckdb_string_t* texts, size_t rows) {
  // Values of one dictionary page of the file are told by the struct alone, which holds the text or
  // its place: most rows need neither a hash nor a look at the text. Places hold within a chunk.
  struct Seen {
    uint64_t first = 0;
    uint64_t second = 0;
    uint32_t code = 0;
    bool used = false;
  };
  std::array<Seen, 256> recent;
  static_assert(sizeof *texts == 2 * sizeof(uint64_t));
  const size_t before = codes.size();
  codes.resize(before + rows);
  for (size_t i = 0; i < rows; ++i) {
    uint64_t halves[2];
    std::memcpy(halves, &texts[i], sizeof halves);
    const uint64_t mixed = (halves[0] ^ halves[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    Seen& seen = recent[mixed >> 56];
    if (!seen.used || seen.first != halves[0] || seen.second != halves[1]) {
      seen = {halves[0], halves[1], values.Code(TextOf(texts[i])), true};
    }
    codes[before + i] = seen.code;
  }
}

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
    RETURN_IF_ERROR(CheckNoNull(columns_[c].name, vector, rows));
    columns_[c].Add(static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector)), rows);
  }
  rows_ += static_cast<int64_t>(rows);
  return absl::OkStatus();
}

ColumnBatch TextRows::Finish() {
  ColumnBatch batch;
  batch.rows = rows_;
  for (Column& column : columns_) {
    const std::vector<absl::string_view>& values = column.values.values();
    const std::vector<uint32_t> order = ByteOrder(values);
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

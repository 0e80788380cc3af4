#include <duckdb.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/interner.h"
#include "services/platform/columnar/locked_duckdb.h"
#include "services/platform/columnar/parquet.h"

namespace oboro::platform {
namespace {

// Columns of few distinct values go to DuckDB as an enumeration, whose codes it writes as they are.
// It repeats an enumeration's whole dictionary in every group of rows (122,880), so columns of many
// go as text.
bool FitsEnum(size_t distinct, size_t rows) {
  return distinct > 0 && (distinct <= 4096 || (distinct <= 65'000 && 16 * distinct <= rows));
}

// One column while it is gathered: codes into the values of all batches so far.
struct Gathered {
  std::string name;
  Interner values;
  std::vector<uint32_t> codes;
  bool as_enum = false;
};

// What the table function reads; one scan at a time.
struct Rows {
  std::vector<Gathered> columns;
  size_t rows = 0;
  size_t next = 0;
};

struct TypeDeleter {
  void operator()(duckdb_logical_type type) const { duckdb_destroy_logical_type(&type); }
};
using LogicalType = std::unique_ptr<std::remove_pointer_t<duckdb_logical_type>, TypeDeleter>;

LogicalType TypeOf(const Gathered& column) {
  if (!column.as_enum) return LogicalType(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  std::vector<std::string> values;  // With an end that C knows.
  for (const absl::string_view value : column.values.values()) values.emplace_back(value);
  std::vector<const char*> members;
  for (const std::string& value : values) members.push_back(value.c_str());
  return LogicalType(duckdb_create_enum_type(members.data(), members.size()));
}

template <typename Code>
void CopyCodes(const uint32_t* from, size_t count, duckdb_vector to) {
  auto* out = static_cast<Code*>(duckdb_vector_get_data(to));
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<Code>(from[i]);
}

void Fill(const Gathered& column, size_t from, size_t count, duckdb_vector to) {
  const uint32_t* codes = column.codes.data() + from;
  const std::vector<absl::string_view>& values = column.values.values();
  if (!column.as_enum) {
    for (size_t i = 0; i < count; ++i) {
      const absl::string_view value = values[codes[i]];
      duckdb_vector_assign_string_element_len(to, i, value.data(), value.size());
    }
  } else if (values.size() <= std::numeric_limits<uint8_t>::max()) {
    CopyCodes<uint8_t>(codes, count, to);
  } else {
    CopyCodes<uint16_t>(codes, count, to);
  }
}

void Bind(duckdb_bind_info info) {
  auto* rows = static_cast<Rows*>(duckdb_bind_get_extra_info(info));
  for (const Gathered& column : rows->columns) {
    duckdb_bind_add_result_column(info, column.name.c_str(), TypeOf(column).get());
  }
  duckdb_bind_set_cardinality(info, rows->rows, true);
}

void Init(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }  // Rows keep order.

void Scan(duckdb_function_info info, duckdb_data_chunk output) {
  auto* rows = static_cast<Rows*>(duckdb_function_get_extra_info(info));
  const size_t count =
      std::min<size_t>(duckdb_vector_size(), rows->rows - std::min(rows->rows, rows->next));
  for (size_t c = 0; c < rows->columns.size(); ++c) {
    Fill(rows->columns[c], rows->next, count, duckdb_data_chunk_get_vector(output, c));
  }
  duckdb_data_chunk_set_size(output, count);
  rows->next += count;
}

absl::Status RegisterRows(duckdb_connection connection, Rows* rows) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "oboro_rows");
  duckdb_table_function_set_extra_info(function, rows, nullptr);
  duckdb_table_function_set_bind(function, Bind);
  duckdb_table_function_set_init(function, Init);
  duckdb_table_function_set_function(function, Scan);
  const bool ok = duckdb_register_table_function(connection, function) == DuckDBSuccess;
  duckdb_destroy_table_function(&function);
  return ok ? absl::OkStatus() : absl::InternalError("DuckDB refused the table function");
}

class Writer final : public ParquetWriter {
 public:
  Writer(const std::vector<std::string>& columns, int threads) : threads_(threads) {
    rows_.columns.resize(columns.size());
    for (size_t c = 0; c < columns.size(); ++c) rows_.columns[c].name = columns[c];
  }
  absl::Status Append(const ColumnBatch& batch) override;
  absl::Status Finish(const std::function<absl::Status(absl::string_view)>& sink) override;

 private:
  absl::Status CheckShape(const ColumnBatch& batch) const;
  absl::Status AppendColumn(const ColumnBatch::Column& from, Gathered* to);

  const int threads_;
  Rows rows_;
  absl::Status status_;
};

absl::Status Writer::CheckShape(const ColumnBatch& batch) const {
  bool fits = batch.columns.size() == rows_.columns.size() && batch.rows >= 0;
  for (size_t c = 0; fits && c < batch.columns.size(); ++c) {
    fits = batch.columns[c].name == rows_.columns[c].name &&
           batch.columns[c].codes.size() == static_cast<size_t>(batch.rows);
  }
  return fits ? absl::OkStatus()
              : absl::InvalidArgumentError("the rows do not have the table's columns");
}

absl::Status Writer::AppendColumn(const ColumnBatch::Column& from, Gathered* to) {
  // Values that no row uses are not taken over.
  constexpr uint32_t kNotYet = UINT32_MAX;
  std::vector<uint32_t> global(from.dictionary.size(), kNotYet);
  to->codes.reserve(to->codes.size() + from.codes.size());
  for (const uint32_t code : from.codes) {
    if (code >= global.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column '", from.name, "' has a code beyond its dictionary"));
    }
    if (global[code] == kNotYet) {
      const std::string& value = from.dictionary[code];
      if (value.find('\0') != std::string::npos || !IsValidUtf8(value)) {
        return absl::InvalidArgumentError(
            absl::StrCat("column '", from.name, "' has a value that is not UTF-8, or with NUL"));
      }
      global[code] = to->values.Code(value);
    }
    to->codes.push_back(global[code]);
  }
  return absl::OkStatus();
}

absl::Status Writer::Append(const ColumnBatch& batch) {
  RETURN_IF_ERROR(status_);
  status_ = CheckShape(batch);
  for (size_t c = 0; status_.ok() && c < batch.columns.size(); ++c) {
    status_ = AppendColumn(batch.columns[c], &rows_.columns[c]);
  }
  if (status_.ok()) rows_.rows += static_cast<size_t>(batch.rows);
  return status_;
}

absl::Status Writer::Finish(const std::function<absl::Status(absl::string_view)>& sink) {
  RETURN_IF_ERROR(status_);
  status_ = absl::FailedPreconditionError("the Parquet file is finished");
  for (Gathered& column : rows_.columns) {
    column.as_enum = FitsEnum(column.values.values().size(), rows_.rows);
  }
  ASSIGN_OR_RETURN(const MemoryFile file, MemoryFile::Make());
  {
    LockedDuckDb::Options options;
    options.threads = threads_;
    ASSIGN_OR_RETURN(const auto duck, LockedDuckDb::Open(options));
    RETURN_IF_ERROR(RegisterRows(duck->connection(), &rows_));
    // The path is a number of ours; names of columns came in by the table function.
    RETURN_IF_ERROR(
        duck->Run(absl::StrCat("COPY (SELECT * FROM oboro_rows()) TO '", file.path(),
                               "' (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false)")));
  }
  if (rows_.next < rows_.rows) return absl::InternalError("DuckDB did not take every row");
  return file.Send(sink);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ParquetWriter>> ParquetWriter::Create(
    std::vector<std::string> columns, int threads) {
  RETURN_IF_ERROR(CheckDistinct(columns));
  return std::make_unique<Writer>(columns, threads);
}

}  // namespace oboro::platform

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/civic/csv/table_reader.h"
#include "services/civic/layout/dataset_schema.h"

namespace oboro::civic {

/// How the files of one source differ from their dataset's layout: other headers, another order,
/// other codes, another encoding.
struct TableProfile {
  struct Column {
    std::string from;  ///< header in the file
    std::string to;    ///< column of the schema; empty: the column is ignored
  };
  struct Code {
    std::string column;  ///< of the schema
    std::string from;    ///< value in the file
    std::string to;      ///< value of the schema
  };
  TableFormat format;
  std::vector<Column> columns;  ///< those not named must have the schema's own header
  std::vector<Code> codes;
};

/// What a profile can do wrong by itself, whatever the file: columns that the schema lacks, two
/// headers read as one column, a header or a code mapped twice, a code that the column's list
/// lacks. InvalidArgument naming each fault.
absl::Status CheckProfile(const TableProfile& profile, const DatasetSchema& schema);

/// {"encoding": "cp932", "delimiter": ",", "columns": [[from, to] ...], "codes": [[column, from,
/// to] ...]}, the form in which a profile is kept with what was read by it.
std::string ProfileJson(const TableProfile& profile);

/// The inverse. InvalidArgument for anything that ProfileJson does not write.
absl::StatusOr<TableProfile> ParseProfileJson(std::string_view json);

/// Puts records of a file into the schema's order and codes.
class RecordMapper {
 public:
  /// `columns` are the schema's, in its order.
  RecordMapper(const TableProfile& profile, std::vector<std::string> columns);

  /// How a header is read.
  struct Header {
    std::vector<std::string> mapped;   ///< for each header its column of the schema, or ""
    std::vector<std::string> missing;  ///< columns of the schema that no header is read as
    std::vector<std::string> unknown;  ///< headers that are neither a column nor ignored
    std::vector<std::string> twice;    ///< columns of the schema that two headers are read as

    bool fits() const { return missing.empty() && unknown.empty() && twice.empty(); }
  };

  /// Reads the header; to be called once, before Map. O(columns).
  const Header& Bind(const std::vector<std::string_view>& header);

  /// A record in the schema's order with the schema's codes; valid until the next call and as long
  /// as `fields`. Only after a header that fits. O(columns).
  const std::vector<std::string_view>& Map(const std::vector<std::string_view>& fields);

  const std::vector<std::string>& columns() const { return columns_; }

 private:
  std::vector<std::string> columns_;
  std::map<std::string, std::string, std::less<>> renamed_;
  std::vector<absl::flat_hash_map<std::string, std::string>> codes_;  ///< by column of the schema
  std::vector<size_t> source_;
  std::vector<std::string_view> out_;
  Header header_;
};

}  // namespace oboro::civic

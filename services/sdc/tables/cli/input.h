// From files to grids: CSV columns, hierarchies, and tables written as long CSV.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/hierarchy.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/cell_status.h"
#include "services/sdc/tables/cli/args.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::sdc::cli {

// Loads the named columns of --in (--delimiter, --encoding).
absl::StatusOr<CodedTable> LoadInput(const Args& args, const std::vector<std::string>& columns);

// The same from another file, with the delimiter and encoding of the arguments.
absl::StatusOr<CodedTable> LoadFile(const Args& args, const std::string& path,
                                    const std::vector<std::string>& columns);

// Hierarchy files of --hierarchies: a folder with <name>.csv or ..._<name>.csv (a name ending in
// "hierarchy_<name>.csv"), or name=file,... . Absent names are flat.
absl::StatusOr<std::map<std::string, std::string>> HierarchyFiles(
    const Args& args, const std::vector<std::string>& dims);

// A hierarchy file, in `encoding` or in UTF-8. Its separator is the first of ; tab , outside
// quotes.
absl::StatusOr<Hierarchy> ReadHierarchy(const std::string& name, const std::string& file,
                                        const std::string& encoding);

// The dimension of a column's dictionary: leaf ids are its codes. `file` is empty for flat ones.
absl::StatusOr<Dimension> MakeDimension(const std::string& name,
                                        const std::vector<std::string>& categories,
                                        const std::string& file, const std::string& encoding);

CodeSpan SpanOf(const CodedColumn& column);

// Stands for the categories of a flat dimension of which a table shows the total only. No category
// of the data may be called so.
inline constexpr char kAnyCategory[] = "(any)";
// The categories of a dimension that no release of a ledger names, where all of them filter by it.
// No category of the data may be called so.
inline constexpr char kOtherCategory[] = "(other)";

// InvalidArgument for a label that the tables keep for themselves.
absl::Status CheckLabel(const std::string& dimension, const std::string& label);

// A table as it is written: one row a cell.
struct LongTable {
  Grid grid;
  std::vector<int64_t> values;
  std::vector<CellStatus> statuses;
  std::vector<uint8_t> given;                   // the file has a row for the cell
  int64_t scale = 1;                            // values are in 1/scale units (decimals)
  std::vector<std::vector<std::string>> extra;  // of each column asked for, one a cell
};

// Reads a long CSV: the columns `dims`, the value column, "status" where there is one, and `extra`.
// A cell's labels are those of the nodes; the label of a total is "*" or the hierarchy's top label.
// A cell with an empty value, or whose status is X or SUPPRESSED..., is suppressed.
absl::StatusOr<LongTable> ReadLongTable(const Args& args, const std::vector<std::string>& dims,
                                        const std::string& value,
                                        const std::vector<std::string>& extra);

// "12.34" as 1234 at scale 100. InvalidArgument if it is no number or has more decimals.
absl::StatusOr<int64_t> ParseValue(const std::string& text, int64_t scale);

// The power of ten that makes all these texts whole. InvalidArgument for more than six decimals.
absl::StatusOr<int64_t> ScaleOf(const std::vector<std::string>& texts);

// Conditions of --where: column=value|value, joined by &; a backslash before & | = or itself takes
// it as it is. InvalidArgument for a condition without =, and for a column named twice.
struct Condition {
  std::string column;
  std::vector<std::string> values;
};
absl::StatusOr<std::vector<Condition>> ConditionsOf(const Args& args);

// Writes it, cells ordered by their labels; one mark for every suppression if `outside`.
absl::Status WriteLongTable(const std::string& path, const Grid& grid,
                            std::span<const int64_t> values, std::span<const CellStatus> statuses,
                            int64_t scale, bool outside);

// Parsed --level and --zeros.
absl::StatusOr<ProtectionLevel> LevelOf(const Args& args);
absl::StatusOr<ZeroPolicy> ZerosOf(const Args& args);

// A CSV field, in quotes where it needs them (RFC 4180).
std::string QuotedCsv(const std::string& text);

// "12.34" for 1234 at scale 100.
std::string FormatValue(int64_t value, int64_t scale);

class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace oboro::sdc::cli

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/columnar/parquet.h"

namespace oboro::aggregation {

// Label of every margin.
inline constexpr char kMarginLabel[] = "計";

// Most cells of a table, margins included.
inline constexpr int64_t kMaxCells = 4'000'000;

// What the engine is asked for.
struct TableRequest {
  std::vector<std::string> dimensions;
  int64_t min_count = 0;  // Counts 1 .. min_count - 1 are never shown; from the policy.
  bool zeros_protected = false;
  int threads = 2;
};

// A protected table, cells in row-major order of `members` (the margin last in each dimension).
struct Table {
  struct Dimension {
    std::string column;
    std::vector<std::string> members;
  };
  std::vector<Dimension> dimensions;
  std::vector<int64_t> values;        // 0 where suppressed: the true value is not in it.
  std::vector<std::string> statuses;  // VALUE, SUPPRESSED_PRIMARY or SUPPRESSED_SECONDARY.
  int64_t primary = 0;
  int64_t secondary = 0;
  std::string method;
};

// Counts the records of `batch` by the dimensions with all margins and protects the table so that
// no suppressed count can be computed (services/sdc/tables/protect.h, level P). TABLE_TOO_LARGE, or
// PROTECTION_INCOMPLETE when a cell cannot be proven safe.
absl::StatusOr<Table> BuildTable(const platform::ColumnBatch& batch, const TableRequest& request);

// The table as columns to be stored: one a dimension, then "value" (empty where suppressed) and
// "status"; and back.
platform::ColumnBatch ToColumns(const Table& table);

// True when `a` comes before `b` as people count: runs of digits by their number, the rest by bytes
// ("5-9歳" before "10-14歳").
bool NaturalLess(absl::string_view a, absl::string_view b);

}  // namespace oboro::aggregation

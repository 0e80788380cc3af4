#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::aggregation {

// A column whose codes number its values in natural order (natural_order.h).
struct CodedColumn {
  std::vector<std::string> values;
  std::vector<uint32_t> codes;  // One a record.
};

// The columns of an abstraction that a table is made from.
class Records {
 public:
  explicit Records(platform::ColumnBatch batch) : batch_(std::move(batch)) {}

  int64_t rows() const { return batch_.rows; }

  // The column's values in natural order; UNKNOWN_DIMENSION when there is none of this name.
  absl::StatusOr<const CodedColumn*> Coded(const std::string& name) const;
  // A link number column: an id for each record.
  absl::StatusOr<std::span<const uint32_t>> Ids(const std::string& name) const;
  // An amount column: a whole number >= 0 for each record. COLUMN_NOT_AMOUNT otherwise.
  absl::StatusOr<std::vector<int64_t>> Amounts(const std::string& name) const;
  // SHA-256, in hexadecimal, over the column's values in the order of the records. Two abstractions
  // in which it is equal for every column that two tables use give those tables the same records.
  absl::StatusOr<std::string> Digest(const std::string& name) const;

 private:
  using Column = platform::ColumnBatch::Column;
  absl::StatusOr<const Column*> Find(const std::string& name) const;

  platform::ColumnBatch batch_;
  mutable std::map<std::string, CodedColumn> coded_;
};

}  // namespace oboro::aggregation

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/civic/dates/civil_date.h"
#include "services/civic/layout/dataset_schema.h"

namespace oboro::civic {

/// What records of a layout to make up.
struct LayoutRowsOptions {
  std::string_view municipality;   ///< whose towns; another than WriteRegister's: つくば市
  CivilDate as_of = {2025, 4, 1};  ///< 1990 to 2100; no date is later
  uint64_t seed = 1;
  size_t records = 10;  ///< 1 to 1000
};

/// Records that nobody lives in, in the order of the schema's columns: columns that the synthetic
/// register has too (by name, where its values are of the column's type) are of one resident of
/// WriteRegister; the others are drawn by their type alone. Every value passes its column's checks,
/// but that columns which are not required are blank now and then; keys may repeat. The same
/// options give the same records. O(records x columns). InvalidArgument for options outside their
/// ranges.
absl::StatusOr<std::vector<std::vector<std::string>>> MakeLayoutRows(
    const DatasetSchema& schema, const LayoutRowsOptions& options);

}  // namespace oboro::civic

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace oboro::verification {

// What the values of a column look like. Names and figures only: a scan never answers a value.
struct ColumnScan {
  // Empty, or why the column names a person by itself: MY_NUMBER, REGISTER_NUMBER, PHONE_NUMBER,
  // MAIL_ADDRESS, LINK_NOT_KEYED, NEARLY_UNIQUE.
  std::string identifier;
  // Dates to the day, 西暦 or 和暦.
  bool exact_dates = false;
};

// Looks at the distinct values of a column with `records` records. `link` says that the recipe
// calls it a link number, which must then be 32 hexadecimal digits or blank throughout. Numbers
// count as 個人番号 or 宛名番号 when all of at least 20 of them carry a right check digit (by
// chance fewer than one set in 10^20 does). A column that is no link number and has more distinct
// values than nine tenths of at least 100 records is NEARLY_UNIQUE. O(bytes of the dictionary).
ColumnScan ScanColumn(const std::vector<std::string>& dictionary, int64_t records, bool link);

}  // namespace oboro::verification

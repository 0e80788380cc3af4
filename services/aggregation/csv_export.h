#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/stored_table.h"
#include "services/civic/text/encoding.h"

namespace oboro::aggregation {

// Writes the table in long form (機械可読性ルール L3-09): one column a dimension, then `value`
// (empty where suppressed, and for the mean of nobody) and `status` ("X" for every suppressed cell,
// else empty). RFC 4180: CRLF, quotes where needed. A character that CP932 lacks becomes 〓. `sink`
// gets pieces of about 64 KiB.
absl::Status WriteCsv(const Detail& detail, const std::vector<StoredCell>& cells,
                      civic::Encoding encoding,
                      const std::function<absl::Status(absl::string_view)>& sink);

}  // namespace oboro::aggregation

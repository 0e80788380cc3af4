// Loads a CSV stream into a coded table on all cores.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/byte_source.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/text_encoding.h"

namespace oboro::sdc {

struct CsvOptions {
  // One byte of ASCII. A field that holds it, a quotation mark or a line end stands in quotation
  // marks, doubled inside (RFC 4180); a mark inside an unquoted field is an ordinary character.
  char delimiter = ',';
  TextEncoding encoding = TextEncoding::kUtf8;
  // Names of the columns to load, in the order of the table to make; empty for all. Others are
  // skipped and never kept.
  std::vector<std::string> columns;
  int threads = 0;
  // Stops the load with CANCELLED when it becomes true.
  const std::atomic<bool>* cancel = nullptr;
  // Uses the careful parser everywhere: for tests that compare the two.
  bool careful = false;
};

// Line ends are LF or CRLF. The first record names the columns. Empty lines are no records (in a
// file of one column they are missing values). Codes follow the first appearance in the file, so
// the table does not depend on the number of threads. Time O(bytes); memory: the table, twice its
// codes at the end, and 0.5 MB a thread.
//
// Errors are INVALID_ARGUMENT and name the row (the first record after the header is row 1), the
// column and the remedy, and never quote a value of the data.
absl::StatusOr<CodedTable> LoadCsv(ByteSource& source, const CsvOptions& options);

}  // namespace oboro::sdc

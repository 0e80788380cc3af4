#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/civic/csv/csv_parser.h"
#include "services/civic/csv/file_kind.h"
#include "services/civic/text/encoding.h"

namespace oboro::civic {

/// How a delimited file is written.
struct TableFormat {
  Encoding encoding = Encoding::kUtf8;
  char delimiter = ',';
};

/// What ended a reading before its time; at most one of the three is set.
struct TableFault {
  FileKind kind = FileKind::kText;  ///< not kText: the file is not text
  DecodeFault decode;
  uint64_t decode_row = 0;  ///< record in which the bad bytes stand
  CsvFault csv;
  bool empty = false;  ///< nothing in the file but perhaps a byte order mark

  bool ok() const {
    return kind == FileKind::kText && decode.rule == DecodeRule::kNone &&
           csv.rule == CsvRule::kNone && !empty;
  }
};

/// Bytes of an uploaded file in, records in UTF-8 out: file kind, encoding and CSV in one push
/// object with flat memory (one record and one decoded slice of at most 192 KiB).
class TableReader {
 public:
  TableReader(const TableFormat& format, const CsvOptions& limits, CsvParser::RecordFn on_record);

  /// False after a fault or after the callback asked to stop; chunks of any size.
  bool Feed(std::string_view bytes);

  /// Ends the input. False after a fault; an empty file is one.
  bool Finish();

  const TableFault& fault() const { return fault_; }
  uint64_t records() const { return parser_.records(); }
  uint64_t private_use_count() const { return decoder_.private_use_count(); }

 private:
  bool CheckHead(std::string_view bytes, bool last);
  bool FeedSlices(std::string_view bytes);

  TextDecoder decoder_;
  CsvParser parser_;
  std::string head_;
  std::string text_;
  bool head_done_ = false;
  bool stopped_ = false;
  TableFault fault_;
};

}  // namespace oboro::civic

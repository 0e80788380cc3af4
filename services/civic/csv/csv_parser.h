#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oboro::civic {

/// What can be wrong with the shape of a CSV file.
enum class CsvRule {
  kNone,
  kUnbalancedQuote,  ///< The input ends inside quotes.
  kStrayQuote,       ///< A quote inside a field that did not begin with one.
  kTextAfterQuote,   ///< Something other than a delimiter or line end after the closing quote.
  kRaggedRow,        ///< Another number of columns than the first record.
  kNulByte,          ///< A NUL byte: not text at all.
  kBareCr,           ///< A carriage return without a line feed, outside quotes.
  kFieldTooLarge,
  kRecordTooLarge,
  kTooManyColumns,
};

/// The place of a fault: record (1 = header), physical line, column (1 = first), and byte offset
/// in the parser's input.
struct CsvFault {
  CsvRule rule = CsvRule::kNone;
  uint64_t row = 0;
  uint64_t line = 0;
  uint32_t column = 0;
  uint64_t offset = 0;
  uint32_t expected_columns = 0;  ///< kRaggedRow only
  uint32_t found_columns = 0;     ///< kRaggedRow only
};

/// Registered name, meaning and remedy of a rule; `ja` is what users are shown.
struct RuleText {
  std::string_view name;
  std::string_view en;
  std::string_view ja;
  std::string_view remedy_en;
  std::string_view remedy_ja;
};

const RuleText& TextOf(CsvRule rule);

struct CsvOptions {
  char delimiter = ',';
  char quote = '"';
  size_t max_field = 64 * 1024;     ///< bytes of one field, quotes removed
  size_t max_record = 1024 * 1024;  ///< bytes of one record, quotes removed
  size_t max_columns = 4096;
};

/// One record. The views live until the callback returns.
struct CsvRecord {
  uint64_t row = 0;   ///< 1-based record number; the header is 1
  uint64_t line = 0;  ///< 1-based physical line on which the record begins
  const std::vector<std::string_view>& fields;
};

/// Push parser for delimited text (RFC 4180 with LF or CRLF line ends, doubled quotes, newlines in
/// quotes). Chunks may be cut anywhere. It holds one record, never more than max_record plus
/// bookkeeping, whatever the input; O(bytes). It stops at the first fault, since the shape of all
/// that follows would be a guess. The input should be UTF-8 or another superset of ASCII whose
/// multibyte characters hold no ASCII bytes.
class CsvParser {
 public:
  /// Returning false stops the parser (Feed then answers false with rule kNone).
  using RecordFn = std::function<bool(const CsvRecord&)>;

  CsvParser(const CsvOptions& options, RecordFn on_record);

  /// False after a fault or after the callback asked to stop.
  bool Feed(std::string_view bytes);

  /// Ends the input: a last line without a line end counts. False after a fault.
  bool Finish();

  const CsvFault& fault() const { return fault_; }

  /// Records handed out so far, the header included.
  uint64_t records() const { return records_; }

 private:
  enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted, kCr };

  bool Step(unsigned char byte);
  bool StepPlain(unsigned char byte);
  bool AppendRun(const char* data, size_t size);
  bool EndField();
  bool EndRecord();
  bool Fail(CsvRule rule);
  size_t RunLength(const char* data, size_t size) const;

  CsvOptions options_;
  RecordFn on_record_;
  State state_ = State::kFieldStart;
  bool stopped_ = false;
  bool line_has_content_ = false;
  bool special_[256] = {};
  std::string buffer_;
  std::vector<size_t> ends_;
  std::vector<std::string_view> fields_;
  size_t field_begin_ = 0;
  size_t expected_columns_ = 0;
  uint64_t records_ = 0;
  uint64_t line_ = 1;
  uint64_t record_line_ = 1;
  uint64_t offset_ = 0;
  uint64_t quote_line_ = 0;
  CsvFault fault_;
};

}  // namespace oboro::civic

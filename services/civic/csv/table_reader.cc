#include "services/civic/csv/table_reader.h"

#include <algorithm>
#include <utility>

namespace oboro::civic {
namespace {

// Enough for every magic number and the first entry names of a zip directory.
constexpr size_t kHeadBytes = 512;
constexpr size_t kSliceBytes = 64 * 1024;

CsvOptions WithDelimiter(CsvOptions options, char delimiter) {
  options.delimiter = delimiter;
  return options;
}

}  // namespace

TableReader::TableReader(const TableFormat& format, const CsvOptions& limits,
                         CsvParser::RecordFn on_record)
    : decoder_(format.encoding),
      parser_(WithDelimiter(limits, format.delimiter), std::move(on_record)) {}

bool TableReader::CheckHead(std::string_view bytes, bool last) {
  head_.append(bytes);
  if (head_.size() < kHeadBytes && !last) return true;
  head_done_ = true;
  fault_.kind = DetectFileKind(head_);
  if (fault_.kind != FileKind::kText) {
    stopped_ = true;
    return false;
  }
  const std::string head = std::move(head_);
  head_.clear();
  return FeedSlices(head);
}

bool TableReader::FeedSlices(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view slice = bytes.substr(0, kSliceBytes);
    bytes.remove_prefix(slice.size());
    text_.clear();
    const bool decoded = decoder_.Decode(slice, &text_);
    // What was decoded before bad bytes is parsed first: the fault that comes first in the file
    // is the one to report.
    if (!parser_.Feed(text_)) {
      fault_.csv = parser_.fault();
      stopped_ = true;
      return false;
    }
    if (!decoded) {
      fault_.decode = decoder_.fault();
      fault_.decode_row = parser_.records() + 1;
      stopped_ = true;
      return false;
    }
  }
  return true;
}

bool TableReader::Feed(std::string_view bytes) {
  if (stopped_) return false;
  if (head_done_) return FeedSlices(bytes);
  const size_t want = std::min(bytes.size(), kHeadBytes - head_.size());
  if (!CheckHead(bytes.substr(0, want), false)) return false;
  return want == bytes.size() || FeedSlices(bytes.substr(want));
}

bool TableReader::Finish() {
  if (stopped_) return false;
  if (!head_done_ && !CheckHead({}, true)) return false;
  stopped_ = true;
  if (!decoder_.Finish()) {
    fault_.decode = decoder_.fault();
    fault_.decode_row = parser_.records() + 1;
    return false;
  }
  if (!parser_.Finish()) {
    fault_.csv = parser_.fault();
    return false;
  }
  fault_.empty = parser_.records() == 0;
  return !fault_.empty;
}

}  // namespace oboro::civic

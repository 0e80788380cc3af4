#include "services/upload/check/detect_format.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/civic/csv/csv_parser.h"

namespace oboro::upload {
namespace {

using civic::Encoding;

// The first record is looked for in so much of the text.
constexpr size_t kHeaderBytes = 256 * 1024;

// How many bytes can be read as text of the encoding; a cut last character does not count against
// it.
uint64_t Reach(std::string_view head, Encoding encoding) {
  civic::TextDecoder decoder(encoding);
  std::string text;
  return decoder.Decode(head, &text) ? head.size() : decoder.fault().offset;
}

Encoding DetectEncoding(std::string_view head, Encoding usual) {
  if (head.starts_with(civic::ByteOrderMark(Encoding::kUtf8Bom))) return Encoding::kUtf8Bom;
  const bool ascii = std::all_of(head.begin(), head.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return usual;
  const uint64_t utf8 = Reach(head, Encoding::kUtf8);
  // Japanese text in CP932 is hardly ever UTF-8 by chance; the other way round it happens.
  if (utf8 == head.size()) return Encoding::kUtf8;
  const uint64_t cp932 = Reach(head, Encoding::kCp932);
  if (utf8 == cp932) return usual;
  return utf8 > cp932 ? Encoding::kUtf8 : Encoding::kCp932;
}

// Columns of the first record: those of the schema, and all.
std::pair<size_t, size_t> Score(std::string_view text, char delimiter,
                                const DatasetSchema& schema) {
  std::pair<size_t, size_t> score;
  civic::CsvOptions limits;
  limits.delimiter = delimiter;
  civic::CsvParser parser(limits, [&](const civic::CsvRecord& record) {
    score.second = record.fields.size();
    score.first = static_cast<size_t>(
        std::count_if(schema.columns.begin(), schema.columns.end(), [&](const auto& column) {
          return std::find(record.fields.begin(), record.fields.end(), column.name) !=
                 record.fields.end();
        }));
    return false;
  });
  if (parser.Feed(text)) parser.Finish();
  return score;
}

char DetectDelimiter(std::string_view text, const DatasetSchema& schema) {
  char best = schema.format.delimiter;
  std::pair<size_t, size_t> most = Score(text, best, schema);
  for (const char candidate : {',', '\t', ';', '|'}) {
    const std::pair<size_t, size_t> score = Score(text, candidate, schema);
    if (score <= most) continue;
    most = score;
    best = candidate;
  }
  return best;
}

}  // namespace

civic::TableFormat DetectFormat(std::string_view head, const DatasetSchema& schema,
                                std::optional<Encoding> encoding, std::optional<char> delimiter) {
  civic::TableFormat format;
  format.encoding = encoding.has_value() ? *encoding : DetectEncoding(head, schema.format.encoding);
  if (delimiter.has_value()) {
    format.delimiter = *delimiter;
    return format;
  }
  std::string text;
  civic::TextDecoder(format.encoding).Decode(head.substr(0, kHeaderBytes), &text);
  format.delimiter = DetectDelimiter(text, schema);
  return format;
}

bool SameEncoding(Encoding a, Encoding b) {
  return (a == Encoding::kCp932) == (b == Encoding::kCp932);
}

}  // namespace oboro::upload

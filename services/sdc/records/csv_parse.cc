#include "services/sdc/records/csv_parse.h"

#include <emmintrin.h>

#include <bit>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/text_encoding.h"

namespace oboro::sdc {
namespace {

// Takes one field at text[i], which is not past the end. `value` is the unquoted field. Returns the
// position of the delimiter or '\n' after it (or size), or npos with `what` set.
size_t TakeField(const CsvDialect& dialect, const char* text, size_t size, size_t i,
                 std::string* value, std::string* what) {
  value->clear();
  if (i < size && text[i] == dialect.quote) {
    for (++i; i < size; ++i) {
      if (dialect.cp932 && IsCp932Lead(static_cast<unsigned char>(text[i])) && i + 1 < size &&
          text[i + 1] != '\n') {
        value->push_back(text[i++]);
        value->push_back(text[i]);
        continue;
      }
      if (text[i] != dialect.quote) {
        value->push_back(text[i]);
        continue;
      }
      if (i + 1 < size && text[i + 1] == dialect.quote) {
        value->push_back(text[i++]);
        continue;
      }
      ++i;
      const bool cr = i < size && text[i] == '\r' && (i + 1 == size || text[i + 1] == '\n');
      if (cr) ++i;
      if (i == size || text[i] == '\n' || text[i] == dialect.delimiter) return i;
      *what = "text follows a closing quotation mark; double the marks inside a quoted field";
      return std::string::npos;
    }
    *what = "a quotation mark was opened and not closed";
    return std::string::npos;
  }
  const size_t begin = i;
  while (i < size && text[i] != dialect.delimiter && text[i] != '\n') {
    const bool pair = dialect.cp932 && IsCp932Lead(static_cast<unsigned char>(text[i])) &&
                      i + 1 < size && text[i + 1] != '\n';
    i += pair ? 2 : 1;
  }
  size_t end = i;
  const bool line_end = i == size || text[i] == '\n';
  if (line_end && end > begin && text[end - 1] == '\r') --end;
  value->assign(text + begin, end - begin);
  return i;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SplitRecord(const CsvDialect& dialect,
                                                     const std::string& line) {
  std::vector<std::string> fields;
  std::string value, what;
  size_t i = 0;
  for (;;) {
    i = TakeField(dialect, line.data(), line.size(), i, &value, &what);
    if (i == std::string::npos) return absl::InvalidArgumentError(what);
    fields.push_back(value);
    if (i >= line.size() || line[i] == '\n') return fields;
    ++i;
  }
}

CsvParser::CsvParser(const CsvDialect& dialect, const CsvShape& shape)
    : dialect_(dialect),
      shape_(shape),
      coders_(shape.columns),
      firsts_(shape.columns),
      codes_(shape.columns) {}

bool CsvParser::Parse(const CsvBlock& block, bool careful, BlockCodes* out, CsvFault* fault) {
  for (std::vector<uint32_t>& c : codes_) c.clear();
  block_ = block.index;
  record_ = 0;
  careful = careful || block.has_quote || dialect_.DelimiterIsAmbiguous();
  if (!(careful ? ParseCareful(block, fault) : ParseQuick(block, fault))) return false;
  out->index = block.index;
  out->records = record_;
  out->columns.clear();
  for (size_t c = 0; c < codes_.size(); ++c) {
    CodeArray array(record_, CodeWidth(coders_[c].size()));
    const uint32_t* from = codes_[c].data();
    switch (array.width()) {
      case 1:
        for (uint64_t i = 0; i < record_; ++i) array.codes8()[i] = static_cast<uint8_t>(from[i]);
        break;
      case 2:
        for (uint64_t i = 0; i < record_; ++i) array.codes16()[i] = static_cast<uint16_t>(from[i]);
        break;
      default:
        for (uint64_t i = 0; i < record_; ++i) array.codes32()[i] = from[i];
    }
    out->columns.push_back(std::move(array));
  }
  return true;
}

inline void CsvParser::Put(size_t column, const char* p, size_t n) {
  const uint32_t code = coders_[column].Code(p, n);
  if (code == firsts_[column].size()) firsts_[column].push_back({block_, record_});
  codes_[column].push_back(code);
}

bool CsvParser::Fault(CsvFault* fault, std::string what) const {
  *fault = {record_, std::move(what)};
  return false;
}

bool CsvParser::WrongFieldCount(CsvFault* fault, size_t found) const {
  return Fault(
      fault, absl::StrCat("there are ", found, " fields where the header has ", shape_.place.size(),
                          "; is the delimiter right, and is a field "
                          "that contains it in quotation marks?"));
}

// Places of every delimiter and line end, in order.
void CsvParser::IndexBlock(const char* text, size_t size) {
  if (marks_.size() < size + 64) marks_.resize(size + 64);
  uint32_t* out = marks_.data();
  const __m128i delimiter = _mm_set1_epi8(dialect_.delimiter);
  const __m128i line_end = _mm_set1_epi8('\n');
  size_t i = 0;
  for (; i + 64 <= size; i += 64) {
    uint64_t mask = 0;
    for (int k = 0; k < 4; ++k) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i + 16 * k));
      const __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, delimiter), _mm_cmpeq_epi8(v, line_end));
      mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hit))) << (16 * k);
    }
    while (mask != 0) {
      *out++ = static_cast<uint32_t>(i + std::countr_zero(mask));
      mask &= mask - 1;
    }
  }
  for (; i < size; ++i) {
    if (text[i] == dialect_.delimiter || text[i] == '\n') *out++ = static_cast<uint32_t>(i);
  }
  mark_count_ = out - marks_.data();
}

bool CsvParser::ParseQuick(const CsvBlock& block, CsvFault* fault) {
  const char* text = block.bytes.data();
  IndexBlock(text, block.size);
  const size_t fields = shape_.place.size();
  const int* place = shape_.place.data();
  size_t begin = 0;
  for (size_t m = 0; m < mark_count_;) {
    // An empty line is no record, unless records have one field: then it is a missing value.
    const size_t first = marks_[m];
    if (fields > 1 && text[first] == '\n' &&
        (first == begin || (first == begin + 1 && text[begin] == '\r'))) {
      begin = first + 1;
      ++m;
      continue;
    }
    for (size_t f = 0; f < fields; ++f, ++m) {
      size_t end = marks_[m];
      const size_t next = end + 1;
      const bool last = f + 1 == fields;
      if ((text[end] == '\n') != last) {
        size_t found = f + 1;
        for (; text[marks_[m]] != '\n'; ++m) ++found;
        return WrongFieldCount(fault, found);
      }
      if (last && end > begin && text[end - 1] == '\r') --end;
      if (place[f] >= 0) Put(place[f], text + begin, end - begin);
      begin = next;
    }
    ++record_;
  }
  return true;
}

bool CsvParser::ParseCareful(const CsvBlock& block, CsvFault* fault) {
  const char* text = block.bytes.data();
  const size_t fields = shape_.place.size();
  std::string value, what;
  for (size_t i = 0; i < block.size;) {
    if (fields > 1 && text[i] == '\n') {
      ++i;
      continue;
    }
    if (fields > 1 && text[i] == '\r' && text[i + 1] == '\n') {
      i += 2;
      continue;
    }
    size_t f = 0;
    for (;; ++f) {
      i = TakeField(dialect_, text, block.size, i, &value, &what);
      if (i == std::string::npos) {
        return Fault(fault, absl::StrCat("field ", f + 1, ": ", what));
      }
      if (f < fields && shape_.place[f] >= 0) {
        value.reserve(value.size() + 8);  // the coder reads a word from the start of the field
        Put(shape_.place[f], value.data(), value.size());
      }
      if (i >= block.size || text[i] == '\n') break;
      ++i;
    }
    if (f + 1 != fields) return WrongFieldCount(fault, f + 1);
    ++i;
    ++record_;
  }
  return true;
}

}  // namespace oboro::sdc

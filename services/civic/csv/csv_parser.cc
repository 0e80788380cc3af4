#include "services/civic/csv/csv_parser.h"

#include <cstring>
#include <utility>

namespace oboro::civic {

const RuleText& TextOf(CsvRule rule) {
  static constexpr RuleText kTexts[] = {
      {"NONE", "", "", "", ""},
      {"CSV_UNBALANCED_QUOTE", "the file ends inside a quoted field",
       "引用符が閉じられないままファイルが終わっています",
       "close the quote, and double every quote that belongs to a value",
       "引用符を閉じてください。値の中の引用符は二つ重ねて書きます"},
      {"CSV_STRAY_QUOTE", "a quote stands inside an unquoted field",
       "引用符で始まらない項目の途中に引用符があります",
       "quote the whole field and double the quote inside it",
       "項目全体を引用符で囲み、中の引用符は二つ重ねてください"},
      {"CSV_TEXT_AFTER_QUOTE", "text follows a closing quote", "閉じ引用符の後に文字があります",
       "put the delimiter or the line end right after the closing quote",
       "閉じ引用符の直後は区切り文字か改行にしてください"},
      {"CSV_RAGGED_ROW", "the row has another number of columns than the header",
       "行の列数が見出し行と異なります",
       "give every row as many columns as the header; quote values that hold the delimiter",
       "列数を見出し行に合わせ、区切り文字を含む値は引用符で囲んでください"},
      {"CSV_NUL_BYTE", "the file holds a NUL byte", "NULバイトが含まれています",
       "export as text (UTF-8 or CP932), not as UTF-16 or binary",
       "UTF-16やバイナリではなく、UTF-8またはCP932のテキストで出力してください"},
      {"CSV_BARE_CR", "a carriage return stands without a line feed", "改行コードがCRのみです",
       "end lines with CRLF or LF", "改行コードをCRLFまたはLFにしてください"},
      {"CSV_FIELD_TOO_LARGE", "a field is larger than allowed", "項目の長さが上限を超えています",
       "look for a quote that is never closed, or shorten the value",
       "閉じ忘れの引用符がないか確かめ、値を短くしてください"},
      {"CSV_RECORD_TOO_LARGE", "a record is larger than allowed", "行の長さが上限を超えています",
       "look for missing line ends or a quote that is never closed",
       "改行の欠落や閉じ忘れの引用符がないか確かめてください"},
      {"CSV_TOO_MANY_COLUMNS", "a record has more columns than allowed", "列数が上限を超えています",
       "check the delimiter of the file", "区切り文字の指定を確かめてください"},
  };
  return kTexts[static_cast<size_t>(rule)];
}

CsvParser::CsvParser(const CsvOptions& options, RecordFn on_record)
    : options_(options), on_record_(std::move(on_record)) {
  special_[static_cast<unsigned char>(options_.delimiter)] = true;
  special_[static_cast<unsigned char>(options_.quote)] = true;
  special_['\n'] = special_['\r'] = special_['\0'] = true;
}

bool CsvParser::Fail(CsvRule rule) {
  stopped_ = true;
  fault_ = {rule, records_ + 1, record_line_, static_cast<uint32_t>(ends_.size() + 1), offset_, 0,
            0};
  return false;
}

// Bytes from `data` on that the current state takes as they are.
size_t CsvParser::RunLength(const char* data, size_t size) const {
  size_t n = 0;
  if (state_ == State::kQuoted) {
    while (n < size && data[n] != options_.quote && data[n] != '\n' && data[n] != '\0') ++n;
  } else if (state_ == State::kPlain || state_ == State::kFieldStart) {
    while (n < size && !special_[static_cast<unsigned char>(data[n])]) ++n;
  }
  return n;
}

bool CsvParser::AppendRun(const char* data, size_t size) {
  // The limits are checked before anything is stored: memory stays flat for any input.
  if (buffer_.size() - field_begin_ + size > options_.max_field) {
    offset_ += options_.max_field - (buffer_.size() - field_begin_);
    return Fail(CsvRule::kFieldTooLarge);
  }
  if (buffer_.size() + size > options_.max_record) return Fail(CsvRule::kRecordTooLarge);
  buffer_.append(data, size);
  return true;
}

bool CsvParser::EndField() {
  if (ends_.size() >= options_.max_columns) return Fail(CsvRule::kTooManyColumns);
  ends_.push_back(buffer_.size());
  field_begin_ = buffer_.size();
  state_ = State::kFieldStart;
  return true;
}

bool CsvParser::EndRecord() {
  if (!EndField()) return false;
  if (expected_columns_ == 0) expected_columns_ = ends_.size();
  if (ends_.size() != expected_columns_) {
    const auto found = static_cast<uint32_t>(ends_.size());
    const auto expected = static_cast<uint32_t>(expected_columns_);
    Fail(CsvRule::kRaggedRow);
    fault_.column = found < expected ? found : expected + 1;
    fault_.expected_columns = expected;
    fault_.found_columns = found;
    return false;
  }
  fields_.clear();
  size_t begin = 0;
  for (const size_t end : ends_) {
    fields_.emplace_back(buffer_.data() + begin, end - begin);
    begin = end;
  }
  ++records_;
  const bool go_on = on_record_({records_, record_line_, fields_});
  buffer_.clear();
  ends_.clear();
  field_begin_ = 0;
  line_has_content_ = false;
  record_line_ = line_;
  if (!go_on) stopped_ = true;
  return go_on;
}

bool CsvParser::StepPlain(unsigned char byte) {
  if (byte == static_cast<unsigned char>(options_.delimiter)) {
    line_has_content_ = true;
    return EndField();
  }
  if (byte == '\n') {
    ++line_;
    return EndRecord();
  }
  if (byte == '\r') {
    state_ = State::kCr;
    return true;
  }
  return Fail(CsvRule::kStrayQuote);
}

bool CsvParser::Step(unsigned char byte) {
  if (byte == '\0') return Fail(CsvRule::kNulByte);
  switch (state_) {
    case State::kFieldStart:
      if (byte == static_cast<unsigned char>(options_.quote)) {
        state_ = State::kQuoted;
        quote_line_ = line_;
        line_has_content_ = true;
        return true;
      }
      return StepPlain(byte);
    case State::kPlain:
      return StepPlain(byte);
    case State::kQuoted:
      if (byte == static_cast<unsigned char>(options_.quote)) {
        state_ = State::kQuoteInQuoted;
        return true;
      }
      if (byte == '\n') ++line_;
      {
        const char c = static_cast<char>(byte);
        return AppendRun(&c, 1);
      }
    case State::kQuoteInQuoted:
      if (byte == static_cast<unsigned char>(options_.quote)) {
        state_ = State::kQuoted;
        return AppendRun(&options_.quote, 1);
      }
      if (!special_[byte]) return Fail(CsvRule::kTextAfterQuote);
      return StepPlain(byte);
    case State::kCr:
      if (byte != '\n') return Fail(CsvRule::kBareCr);
      ++line_;
      return EndRecord();
  }
  return true;
}

bool CsvParser::Feed(std::string_view bytes) {
  if (stopped_) return false;
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (p < end) {
    const size_t run = RunLength(p, static_cast<size_t>(end - p));
    if (run > 0) {
      if (!AppendRun(p, run)) return false;
      if (state_ == State::kFieldStart) state_ = State::kPlain;
      line_has_content_ = true;
      p += run;
      offset_ += run;
      continue;
    }
    if (!Step(static_cast<unsigned char>(*p))) return false;
    ++p;
    ++offset_;
  }
  return true;
}

bool CsvParser::Finish() {
  if (stopped_) return false;
  if (state_ == State::kQuoted) {
    Fail(CsvRule::kUnbalancedQuote);
    fault_.line = quote_line_;  // where the quote was opened, which is where to look
    return false;
  }
  if (!line_has_content_ && state_ == State::kFieldStart) return true;
  return EndRecord();
}

}  // namespace oboro::civic

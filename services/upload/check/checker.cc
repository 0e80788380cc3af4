#include "services/upload/check/checker.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/upload/check/field_check.h"

namespace oboro::upload {
namespace {

constexpr size_t kMaxValueBytes = 256;

absl::string_view View(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

// At most kMaxValueBytes, not ending inside a character.
std::string Cut(std::string_view value) {
  if (value.size() <= kMaxValueBytes) return std::string(value);
  size_t size = kMaxValueBytes;
  while (size > 0 && (static_cast<uint8_t>(value[size]) & 0xC0) == 0x80) --size;
  return std::string(value.substr(0, size));
}

}  // namespace

SnapshotChecker::SnapshotChecker(const DatasetSchema& schema, const CheckOptions& options)
    : schema_(schema),
      options_(options),
      reader_(options.profile.has_value() ? options.profile->format : schema.format, options.limits,
              [this](const civic::CsvRecord& record) { return OnRecord(record); }) {
  if (!options_.profile.has_value()) return;
  std::vector<std::string> columns;
  for (const ColumnSchema& column : schema_.columns) columns.push_back(column.name);
  mapper_.emplace(*options_.profile, std::move(columns));
}

bool SnapshotChecker::Push(std::string_view bytes) {
  if (report_.refusal.has_value()) return false;
  report_.bytes += bytes.size();
  if (reader_.Feed(bytes)) return true;
  // The header check refuses by itself and stops the reader without a fault.
  if (!report_.refusal.has_value()) RefuseForFault(reader_.fault());
  return false;
}

const CheckReport& SnapshotChecker::Finish() {
  if (finished_) return report_;
  finished_ = true;
  if (!report_.refusal.has_value() && !reader_.Finish() && !report_.refusal.has_value()) {
    RefuseForFault(reader_.fault());
  }
  if (!report_.refusal.has_value() && report_.records == 0) {
    Refuse(Rule::kFileEmpty, 0, 0, 0, "only a header", "見出し行だけです");
  }
  if (!report_.refusal.has_value() && report_.errors > schema_.error_limit) {
    Refuse(Rule::kErrorLimitExceeded, 0, 0, 0,
           absl::StrCat(report_.errors, " errors, ", schema_.error_limit, " allowed"),
           absl::StrCat("エラー", report_.errors, "件、上限", schema_.error_limit, "件"));
  }
  SortFindings();
  return report_;
}

const CheckReport& SnapshotChecker::FinishPart() {
  finished_ = true;
  SortFindings();
  return report_;
}

void SnapshotChecker::SortFindings() {
  std::stable_sort(report_.findings.begin(), report_.findings.end(),
                   [](const Finding& a, const Finding& b) {
                     return std::pair(a.row, a.column) < std::pair(b.row, b.column);
                   });
}

bool SnapshotChecker::OnRecord(const civic::CsvRecord& read) {
  if (read.row == 1) return mapper_.has_value() ? BindHeader(read) : CheckHeader(read);
  const civic::CsvRecord record{read.row, read.line,
                                mapper_.has_value() ? mapper_->Map(read.fields) : read.fields};
  ++report_.records;
  const bool scan = reader_.private_use_count() > 0;
  for (size_t i = 0; i < schema_.columns.size(); ++i) {
    const std::string_view value = record.fields[i];
    if (const std::optional<Rule> rule = CheckField(schema_.columns[i], value); rule.has_value()) {
      Add(record, i, *rule, value);
    }
    if (scan && HasPrivateUse(value)) Add(record, i, Rule::kPrivateUseCharacter, value);
  }
  if (!schema_.key.empty()) CheckKey(record);
  return true;
}

bool SnapshotChecker::BindHeader(const civic::CsvRecord& record) {
  const civic::RecordMapper::Header& header = mapper_->Bind(record.fields);
  if (header.fits()) return true;
  std::vector<std::string> en, ja;
  const auto tell = [&](const std::vector<std::string>& names, const char* what_en,
                        const char* what_ja) {
    if (names.empty()) return;
    en.push_back(absl::StrCat(what_en, " '", absl::StrJoin(names, "', '"), "'"));
    ja.push_back(absl::StrCat(what_ja, "「", absl::StrJoin(names, "」「"), "」"));
  };
  tell(header.missing, "the file lacks", "ファイルに無い列");
  tell(header.twice, "read twice:", "二重に読まれる列");
  if (!header.unknown.empty()) {
    // By number, never by word: in a file without a header line the words are somebody's.
    size_t first = 0;
    while (std::find(header.unknown.begin(), header.unknown.end(), record.fields[first]) ==
           header.unknown.end()) {
      ++first;
    }
    en.push_back(absl::StrCat(header.unknown.size(),
                              " headers are not mapped, the first in column ", first + 1,
                              " (is the first line the header?)"));
    ja.push_back(absl::StrCat("対応付けの無い見出しが", header.unknown.size(), "個（最初は",
                              first + 1, "列目。1行目は見出しですか）"));
  }
  Refuse(Rule::kHeaderMismatch, 0, record.line, 0, absl::StrJoin(en, "; "),
         absl::StrJoin(ja, "、"));
  return false;
}

bool SnapshotChecker::CheckHeader(const civic::CsvRecord& record) {
  const size_t expected = schema_.columns.size();
  const size_t found = record.fields.size();
  for (size_t i = 0; i < std::min(expected, found); ++i) {
    if (record.fields[i] == schema_.columns[i].name) continue;
    Refuse(Rule::kHeaderMismatch, 0, record.line, static_cast<uint32_t>(i + 1),
           absl::StrCat("column ", i + 1, " should be '", schema_.columns[i].name, "'"),
           absl::StrCat(i + 1, "列目は「", schema_.columns[i].name, "」のはずです"));
    return false;
  }
  if (expected == found) return true;
  Refuse(Rule::kHeaderMismatch, 0, record.line,
         static_cast<uint32_t>(std::min(expected, found) + 1),
         absl::StrCat(found, " columns instead of ", expected),
         absl::StrCat(expected, "列のはずが", found, "列です"));
  return false;
}

void SnapshotChecker::CheckKey(const civic::CsvRecord& record) {
  key_buffer_.clear();
  bool blank = true;
  for (const size_t column : schema_.key) {
    std::string_view value = record.fields[column];
    if (schema_.columns[column].trim) value = TrimBlanks(value);
    blank = blank && value.empty();
    // The length in front keeps ("ab", "c") and ("a", "bc") apart.
    const auto size = static_cast<uint32_t>(value.size());
    key_buffer_.append(reinterpret_cast<const char*>(&size), sizeof size);
    key_buffer_.append(value);
  }
  if (blank) return;  // a missing key is told as such, not as a duplicate of other missing ones
  if (!keys_.insert(SipHash128(options_.hash_key, key_buffer_)).second) {
    Add(record, schema_.key.front(), Rule::kDuplicateKey, record.fields[schema_.key.front()]);
  }
}

void SnapshotChecker::Add(const civic::CsvRecord& record, size_t column, Rule rule,
                          std::string_view value) {
  const Severity severity = InfoOf(rule).severity;
  const auto index = static_cast<size_t>(rule);
  ++report_.counts[index];
  ++(severity == Severity::kError ? report_.errors : report_.alerts);
  if (options_.max_position_bytes > 0) AddPosition(record.row - 1, column, rule);
  if (listed_[index] >= options_.max_findings_per_rule) {
    ++report_.findings_left_out;
    return;
  }
  ++listed_[index];
  report_.findings.push_back({record.row - 1, record.line, static_cast<uint32_t>(column + 1),
                              schema_.columns[column].name, rule, severity, Cut(value)});
}

void SnapshotChecker::AddPosition(uint64_t row, size_t column, Rule rule) {
  if (report_.positions_left_out) return;
  PositionWriter& writer = report_.positions[{rule, column}];
  position_bytes_ -= writer.bytes().size();
  writer.Add(row);
  position_bytes_ += writer.bytes().size();
  if (position_bytes_ <= options_.max_position_bytes) return;
  report_.positions_left_out = true;
  report_.positions.clear();
}

void SnapshotChecker::Refuse(Rule rule, uint64_t record, uint64_t line, uint32_t column,
                             std::string_view detail_en, std::string_view detail_ja) {
  Refusal refusal = {rule, record, line, column, 0, MessageEn(rule), MessageJa(rule)};
  std::string en(detail_en), ja(detail_ja);
  const auto prepend = [](std::string text, const char* separator, std::string* to) {
    *to = to->empty() ? text : absl::StrCat(text, separator, *to);
  };
  if (column > 0 && column <= schema_.columns.size()) {
    const std::string& name = schema_.columns[column - 1].name;
    prepend(absl::StrCat("column ", column, " '", name, "'"), ", ", &en);
    prepend(absl::StrCat(column, "列目「", name, "」"), "、", &ja);
  }
  if (line > 0) {
    prepend(absl::StrCat("line ", line), ", ", &en);
    prepend(absl::StrCat(line, "行目"), "、", &ja);
  }
  if (!en.empty()) refusal.message_en = absl::StrCat(en, ": ", refusal.message_en);
  if (!ja.empty()) refusal.message_ja = absl::StrCat(ja, "：", refusal.message_ja);
  ++report_.counts[static_cast<size_t>(rule)];
  report_.refusal = std::move(refusal);
}

void SnapshotChecker::RefuseForCsv(const civic::CsvFault& fault) {
  const auto rule = static_cast<Rule>(static_cast<size_t>(Rule::kCsvUnbalancedQuote) +
                                      static_cast<size_t>(fault.rule) -
                                      static_cast<size_t>(civic::CsvRule::kUnbalancedQuote));
  std::string en, ja;
  if (fault.rule == civic::CsvRule::kRaggedRow) {
    en = absl::StrCat(fault.found_columns, " columns instead of ", fault.expected_columns);
    ja = absl::StrCat(fault.expected_columns, "列のはずが", fault.found_columns, "列です");
  }
  Refuse(rule, fault.row - 1, fault.line, fault.column, en, ja);
}

void SnapshotChecker::RefuseForFault(const civic::TableFault& fault) {
  if (fault.kind != civic::FileKind::kText) {
    const absl::string_view kind = View(civic::FileKindName(fault.kind));
    Refuse(Rule::kFileNotText, 0, 0, 0, absl::StrCat("it is ", kind),
           absl::StrCat(kind, "形式です"));
  } else if (fault.decode.rule != civic::DecodeRule::kNone) {
    const bool cut = fault.decode.rule == civic::DecodeRule::kTruncated;
    const absl::string_view encoding = View(civic::EncodingName(
        mapper_.has_value() ? options_.profile->format.encoding : schema_.format.encoding));
    const uint64_t record = fault.decode_row - 1;
    Refuse(cut ? Rule::kEncodingTruncated : Rule::kEncodingInvalid, record, 0, 0,
           absl::StrCat("record ", record, ", byte ", fault.decode.offset, ", ", encoding),
           absl::StrCat("レコード", record, "、", fault.decode.offset, "バイト目、", encoding));
    report_.refusal->offset = fault.decode.offset;
  } else if (fault.csv.rule != civic::CsvRule::kNone) {
    RefuseForCsv(fault.csv);
  } else {
    Refuse(Rule::kFileEmpty, 0, 0, 0, "", "");
  }
}

}  // namespace oboro::upload

#include "services/aggregation/csv_export.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr size_t kPiece = 64 << 10;
constexpr char kSuppressedMark[] = "X";

std::string Field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// Collects lines and hands them on encoded, in pieces.
class Encoder {
 public:
  Encoder(civic::Encoding encoding, const std::function<absl::Status(absl::string_view)>& sink)
      : encoding_(encoding), sink_(sink), out_(civic::ByteOrderMark(encoding)) {}

  absl::Status Add(absl::string_view line) {
    uint64_t substituted = 0;
    size_t bad_offset = 0;
    if (!civic::EncodeText(encoding_, {line.data(), line.size()}, civic::Unmappable::kSubstitute,
                           &out_, &bad_offset, &substituted)) {
      return absl::DataLossError("a label is not UTF-8");
    }
    return out_.size() < kPiece ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    const absl::Status written = sink_(out_);
    out_.clear();
    return written;
  }

 private:
  civic::Encoding encoding_;
  const std::function<absl::Status(absl::string_view)>& sink_;
  std::string out_;
};

}  // namespace

absl::Status WriteCsv(const Detail& detail, const std::vector<StoredCell>& cells,
                      civic::Encoding encoding,
                      const std::function<absl::Status(absl::string_view)>& sink) {
  Encoder encoder(encoding, sink);
  std::string header;
  std::vector<std::vector<std::string>> labels;
  for (const auto& dimension : detail.dimensions) {
    absl::StrAppend(&header, Field(dimension.column), ",");
    labels.emplace_back();
    for (const std::string& member : dimension.members) labels.back().push_back(Field(member));
  }
  RETURN_IF_ERROR(encoder.Add(header + "value,status\r\n"));
  for (const StoredCell& cell : cells) {
    std::string line;
    for (size_t d = 0; d < labels.size(); ++d) {
      absl::StrAppend(&line, labels[d][cell.members[d]], ",");
    }
    if (cell.status == "VALUE") {
      absl::StrAppend(&line, cell.value ? absl::StrCat(*cell.value) : "", ",\r\n");
    } else {
      absl::StrAppend(&line, ",", kSuppressedMark, "\r\n");
    }
    RETURN_IF_ERROR(encoder.Add(line));
  }
  return encoder.Flush();
}

}  // namespace oboro::aggregation

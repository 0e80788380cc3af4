// Any bytes as a CSV file: no crash, the two parsers agree, and one thread and three do.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/sdc/records/csv_load.h"
#include "services/sdc/records/hierarchy.h"

namespace {

using oboro::sdc::CodedTable;

void Require(bool condition) {
  if (!condition) std::abort();
}

absl::StatusOr<CodedTable> Load(const std::string& text, char delimiter, bool cp932, bool careful,
                                int threads) {
  oboro::sdc::StringSource source(text);
  oboro::sdc::CsvOptions options;
  options.delimiter = delimiter;
  options.encoding = cp932 ? oboro::sdc::TextEncoding::kCp932 : oboro::sdc::TextEncoding::kUtf8;
  options.careful = careful;
  options.threads = threads;
  return oboro::sdc::LoadCsv(source, options);
}

void RequireSame(const absl::StatusOr<CodedTable>& a, const absl::StatusOr<CodedTable>& b) {
  Require(a.ok() == b.ok());
  if (!a.ok()) return;
  Require(a->rows() == b->rows() && a->columns().size() == b->columns().size());
  for (size_t c = 0; c < a->columns().size(); ++c) {
    Require(a->column(c).name() == b->column(c).name());
    for (uint64_t r = 0; r < a->rows(); ++r)
      Require(a->column(c).value(r) == b->column(c).value(r));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  static constexpr char kDelimiters[] = {',', ';', '\t', '|'};
  const char delimiter = kDelimiters[data[0] & 3];
  const bool cp932 = data[0] & 4;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto quick = Load(text, delimiter, cp932, false, 1);
  RequireSame(quick, Load(text, delimiter, cp932, true, 1));
  if ((data[0] & 8) != 0) RequireSame(quick, Load(text, delimiter, cp932, false, 3));
  const auto hierarchy = oboro::sdc::HierarchyFromCsv("a", text, delimiter);
  if (hierarchy.ok()) Require(hierarchy->leaf_count() > 0 && hierarchy->level_count() > 0);
  return 0;
}

// Fuzz target: the first byte picks encoding, delimiter and chunk size, the rest is the file. What
// must hold for any input: no crash, the same records and the same fault whatever the chunks, and
// every record as wide as the first.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/civic/csv/table_reader.h"

namespace {

struct Outcome {
  uint64_t records = 0;
  uint64_t bytes = 0;
  uint64_t digest = 1469598103934665603ull;
  oboro::civic::TableFault fault;
};

Outcome Read(std::string_view bytes, oboro::civic::TableFormat format, size_t chunk) {
  Outcome out;
  size_t width = 0;
  oboro::civic::TableReader reader(
      format, {.max_field = 4096, .max_record = 16384, .max_columns = 64},
      [&](const oboro::civic::CsvRecord& record) {
        if (width == 0) width = record.fields.size();
        if (record.fields.size() != width || width > 64) std::abort();
        for (const std::string_view field : record.fields) {
          if (field.size() > 4096 || !oboro::civic::IsUtf8(field)) std::abort();
          for (const char c : field) {
            out.digest = (out.digest ^ static_cast<uint8_t>(c)) * 1099511628211ull;
          }
          out.bytes += field.size();
        }
        ++out.records;
        return true;
      });
  bool ok = true;
  for (size_t at = 0; ok && at < bytes.size(); at += chunk)
    ok = reader.Feed(bytes.substr(at, chunk));
  if (ok) reader.Finish();
  out.fault = reader.fault();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t knobs = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const oboro::civic::TableFormat format = {
      (knobs & 1) != 0 ? oboro::civic::Encoding::kCp932 : oboro::civic::Encoding::kUtf8,
      (knobs & 2) != 0 ? ';' : ','};
  const Outcome whole = Read(bytes, format, size);
  const Outcome parts = Read(bytes, format, static_cast<size_t>(knobs >> 2) + 1);
  if (whole.records != parts.records || whole.bytes != parts.bytes ||
      whole.digest != parts.digest || whole.fault.csv.rule != parts.fault.csv.rule ||
      whole.fault.csv.row != parts.fault.csv.row ||
      whole.fault.csv.offset != parts.fault.csv.offset ||
      whole.fault.decode.offset != parts.fault.decode.offset ||
      whole.fault.kind != parts.fault.kind || whole.fault.empty != parts.fault.empty) {
    std::abort();
  }
  return 0;
}

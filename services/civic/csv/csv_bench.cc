// Decoding and parsing speed on register-like rows, in bytes of the file per second.

#include <benchmark/benchmark.h>

#include <string>

#include "services/civic/csv/table_reader.h"
#include "services/civic/text/encoding.h"

namespace {

constexpr char kRow[] =
    "1234567890,0987654321,山田　太郎,ヤマダ　タロウ,昭和55年3月2日,1,世帯主,日本人住民,,"
    "082200010003,吾妻三丁目,茨城県つくば市吾妻三丁目12番地3,平成20年4月1日,国内転入,"
    "平成20年4月1日\r\n";

std::string File(oboro::civic::Encoding encoding) {
  std::string row, file;
  oboro::civic::EncodeText(encoding, kRow, oboro::civic::Unmappable::kFail, &row, nullptr, nullptr);
  for (int i = 0; i < 20000; ++i) file += row;
  return file;
}

void Decode(benchmark::State& state, oboro::civic::Encoding encoding) {
  const std::string file = File(encoding);
  std::string out;
  for (auto _ : state) {
    oboro::civic::TextDecoder decoder(encoding);
    for (size_t at = 0; at < file.size(); at += 65536) {
      out.clear();
      decoder.Decode(std::string_view(file).substr(at, 65536), &out);
      benchmark::DoNotOptimize(out.data());
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * file.size()));
}

void Read(benchmark::State& state, oboro::civic::Encoding encoding) {
  const std::string file = File(encoding);
  for (auto _ : state) {
    uint64_t fields = 0;
    oboro::civic::TableReader reader({encoding, ','}, {}, [&](const oboro::civic::CsvRecord& r) {
      fields += r.fields.size();
      return true;
    });
    reader.Feed(file);
    reader.Finish();
    benchmark::DoNotOptimize(fields);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * file.size()));
  state.SetItemsProcessed(state.iterations() * 20000);
}

BENCHMARK_CAPTURE(Decode, cp932, oboro::civic::Encoding::kCp932);
BENCHMARK_CAPTURE(Decode, utf8, oboro::civic::Encoding::kUtf8);
BENCHMARK_CAPTURE(Read, cp932, oboro::civic::Encoding::kCp932);
BENCHMARK_CAPTURE(Read, utf8, oboro::civic::Encoding::kUtf8);

}  // namespace

BENCHMARK_MAIN();

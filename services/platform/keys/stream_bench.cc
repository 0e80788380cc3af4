#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "services/platform/base/log.h"
#include "services/platform/keys/stream.h"

namespace oboro::platform {
namespace {

constexpr size_t kBytes = 64 << 20;

std::string Encrypted(const std::string& text) {
  std::string out;
  out.reserve(text.size() + (1 << 16));
  StreamEncryptor stream({"t", "o"}, SecretBytes(32), 0, [&](absl::string_view bytes) {
    out.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  });
  for (size_t at = 0; at < text.size(); at += 65536) {
    OBORO_CHECK(stream.Write(absl::string_view(text).substr(at, 65536)).ok());
  }
  OBORO_CHECK(stream.Finish().ok());
  return out;
}

void BM_Encrypt(benchmark::State& state) {
  const std::string text(kBytes, 'x');
  for (auto _ : state) {
    StreamEncryptor stream({"t", "o"}, SecretBytes(32), 0, [](absl::string_view bytes) {
      benchmark::DoNotOptimize(bytes.data());
      return absl::OkStatus();
    });
    for (size_t at = 0; at < text.size(); at += 65536) {
      OBORO_CHECK(stream.Write(absl::string_view(text).substr(at, 65536)).ok());
    }
    OBORO_CHECK(stream.Finish().ok());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * kBytes);
}
BENCHMARK(BM_Encrypt);

void BM_Decrypt(benchmark::State& state) {
  const std::string bytes = Encrypted(std::string(kBytes, 'x'));
  for (auto _ : state) {
    size_t at = 0;
    StreamDecryptor stream({"t", "o"}, SecretBytes(32),
                           [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
                             const size_t n = std::min(size, bytes.size() - at);
                             std::copy_n(bytes.data() + at, n, buffer);
                             at += n;
                             return n;
                           });
    while (true) {
      const auto piece = stream.Read();
      OBORO_CHECK(piece.ok());
      if (piece->empty()) break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * kBytes);
}
BENCHMARK(BM_Decrypt);

}  // namespace
}  // namespace oboro::platform

BENCHMARK_MAIN();

// Throughput of a job that copies: decrypted and encrypted in the child, fed and hashed by us.

#include <benchmark/benchmark.h>

#include "services/platform/base/log.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/child_test_functions.h"
#include "services/platform/keys/stream.h"

namespace oboro::platform {
namespace {

constexpr size_t kBytes = 256 << 20;

class Replay final : public ObjectReader {
 public:
  explicit Replay(const std::string* bytes) : bytes_(bytes) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const size_t n = std::min(size, bytes_->size() - at_);
    bytes_->copy(buffer, n, at_);
    at_ += n;
    return n;
  }

 private:
  const std::string* bytes_;
  size_t at_ = 0;
};

class Discard final : public ObjectWriter {
 public:
  absl::Status Write(absl::string_view) override { return absl::OkStatus(); }
  absl::Status Commit() override { return absl::OkStatus(); }
};

void BM_CopyThroughChild(benchmark::State& state) {
  std::string bytes;
  StreamEncryptor stream({"t", "a"}, SecretBytes(32), 0, [&](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  OBORO_CHECK(stream.Write(std::string(kBytes, 'x')).ok() && stream.Finish().ok());
  for (auto _ : state) {
    Discard discard;
    ChildRequest request;
    request.kind = "test.copy";
    ChildInput input{"a", {"t", "a"}, SecretBytes(32), {}};
    input.parts.push_back(std::make_unique<Replay>(&bytes));
    request.inputs.push_back(std::move(input));
    request.outputs.push_back({"a-copy", {"t", "b"}, SecretBytes(32), &discard});
    OBORO_CHECK(RunChild(std::move(request)).ok());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * kBytes);
}
BENCHMARK(BM_CopyThroughChild)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_StartChild(benchmark::State& state) {
  for (auto _ : state) {
    ChildRequest request;
    request.kind = "test.copy";
    OBORO_CHECK(RunChild(std::move(request)).ok());
  }
}
BENCHMARK(BM_StartChild)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace oboro::platform

int main(int argc, char** argv) {
  const int code =
      oboro::platform::MaybeRunJobChild(argc, argv, oboro::platform::TestJobFunctions());
  if (code >= 0) return code;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

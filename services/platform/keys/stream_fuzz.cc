// The reader of encrypted streams takes any bytes without fault, and gives plaintext only of
// streams that were written under this key.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/stream.h"

namespace {

using oboro::platform::SecretBytes;
using oboro::platform::StreamDecryptor;

// Reads all of it; true when the stream verified to its end.
bool Verifies(const uint8_t* data, size_t size, size_t step) {
  SecretBytes key(32);
  for (size_t i = 0; i < key.size(); ++i) key.data()[i] = static_cast<uint8_t>(i);
  size_t at = 0;
  StreamDecryptor stream({"tsukuba", "object-1"}, key,
                         [&](char* buffer, size_t want) -> absl::StatusOr<size_t> {
                           const size_t n = std::min({want, step, size - at});
                           std::copy_n(data + at, n, reinterpret_cast<uint8_t*>(buffer));
                           at += n;
                           return n;
                         });
  while (true) {
    const auto piece = stream.Read();
    if (!piece.ok()) {
      OBORO_CHECK(oboro::platform::ReasonOf(piece.status()).name == "STREAM_CORRUPT");
      return false;
    }
    if (piece->empty()) break;
  }
  OBORO_CHECK(at == size);  // A verified stream has no byte that nobody vouches for.
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // How the bytes arrive makes no difference.
  OBORO_CHECK(Verifies(data, size, size + 1) == Verifies(data, size, 7));
  return 0;
}

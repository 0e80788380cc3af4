#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"

namespace oboro::platform {

// Names a stream: what the chunks' AAD binds besides their number and whether they are the last.
struct StreamId {
  std::string tenant_id;
  std::string object_id;
};

// Most plaintext bytes of one chunk.
inline constexpr size_t kStreamChunkBytes = 1 << 20;

// The encrypted stream, byte by byte in docs/stream-format.md: a header, then chunks of
// AES-256-GCM, each with a fresh random 96-bit nonce and AAD (tenant, object, chunk number, last?).
// A stream may be written in several sittings (resumed at a chunk number, because nonces are random
// a chunk number may be written again) and ends only with its last chunk. Memory: two chunks.
// Not thread-safe. After any error every further call answers that error.
class StreamEncryptor {
 public:
  using Sink = std::function<absl::Status(absl::string_view)>;
  // `first_chunk` is 0 for a new stream (the header is written then, with the first chunk). The
  // key is 32 bytes, for this stream alone.
  StreamEncryptor(const StreamId& id, const SecretBytes& key, uint64_t first_chunk, Sink sink);
  ~StreamEncryptor();
  // Buffers into chunks of 1 MiB; each full chunk goes to the sink in one call.
  absl::Status Write(absl::string_view plaintext);
  // Writes what is buffered as a chunk of its own, so that it can be made durable; nothing buffered
  // writes nothing.
  absl::Status Flush();
  // Writes the last chunk (which may be empty). No call may follow.
  absl::Status Finish();
  // The number the next chunk will have.
  uint64_t next_chunk() const;

 private:
  friend class StreamTestPeer;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class StreamDecryptor {
 public:
  // Fills up to `size` bytes of ciphertext; 0 at the end.
  using Source = std::function<absl::StatusOr<size_t>(char* buffer, size_t size)>;
  StreamDecryptor(const StreamId& id, const SecretBytes& key, Source source);
  ~StreamDecryptor();
  // The next piece of plaintext, valid until the next call; empty at the verified end. Swapped,
  // truncated, extended or changed ciphertext answers DATA_LOSS, reason STREAM_CORRUPT, and nothing
  // of the chunk. An error of the source comes back as it is. Errors are final.
  absl::StatusOr<absl::string_view> Read();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform

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

// The encrypted stream, byte by byte in docs/stream-format.md: a header, then chunks of
// AES-256-GCM, each with a fresh random 96-bit nonce and AAD (tenant, object, chunk number, last?).
// A stream may be written in several sittings (resumed at a chunk number) and ends only with its
// last chunk.
class StreamEncryptor {
 public:
  using Sink = std::function<absl::Status(absl::string_view)>;
  // `first_chunk` is 0 for a new stream (the header is written then).
  StreamEncryptor(const StreamId& id, const SecretBytes& key, uint64_t first_chunk, Sink sink);
  ~StreamEncryptor();
  // Buffers into chunks of 1 MiB.
  absl::Status Write(absl::string_view plaintext);
  // Writes what is buffered as a chunk of its own, so that it can be made durable.
  absl::Status Flush();
  // Writes the last chunk (which may be empty).
  absl::Status Finish();
  // The number the next chunk will have.
  uint64_t next_chunk() const;

 private:
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
  // of the chunk.
  absl::StatusOr<absl::string_view> Read();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform

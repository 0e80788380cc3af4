#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "services/platform/base/status.h"
#include "services/platform/keys/stream.h"
#include "services/platform/keys/stream_format.h"
#include "services/platform/keys/stream_nonce.h"

namespace oboro::platform {
namespace {

absl::Status RandomNonce(uint8_t* nonce) {
  if (RAND_bytes(nonce, kGcmNonceBytes) == 1) return absl::OkStatus();
  return absl::InternalError("the random number generator failed; nothing was encrypted");
}

}  // namespace

struct StreamEncryptor::Impl {
  Impl(const StreamId& id, const SecretBytes& key, uint64_t first_chunk, Sink sink)
      : id(id), cipher(key), next_chunk(first_chunk), sink(std::move(sink)) {
    pending.reserve(kStreamChunkBytes);
    if (first_chunk == 0) frame.assign(kStreamHeader.begin(), kStreamHeader.end());
  }
  ~Impl() { OPENSSL_cleanse(pending.data(), pending.capacity()); }

  absl::Status Emit(const uint8_t* plaintext, size_t size, bool last);
  absl::Status EmitPending(bool last) {
    RETURN_IF_ERROR(Emit(pending.data(), pending.size(), last));
    pending.clear();
    return absl::OkStatus();
  }

  const StreamId id;
  AesGcm cipher;
  uint64_t next_chunk;
  Sink sink;
  NonceSource nonces = RandomNonce;
  std::vector<uint8_t> pending;  // Plaintext, fewer bytes than a chunk between calls.
  std::vector<uint8_t> frame;    // What goes to the sink; holds the header before the first chunk.
  absl::Status status;
};

absl::Status StreamEncryptor::Impl::Emit(const uint8_t* plaintext, size_t size, bool last) {
  if (next_chunk >= kMaxStreamChunks) {
    return absl::OutOfRangeError("a stream has at most 2^32 chunks; write a second object");
  }
  const size_t header = frame.size();
  frame.resize(header + kChunkOverhead + size);
  uint8_t* at = frame.data() + header;
  const uint32_t prefix = static_cast<uint32_t>(size) | (last ? kLastChunkBit : 0);
  for (size_t i = 0; i < kChunkPrefixBytes; ++i) {
    at[i] = static_cast<uint8_t>(prefix >> (24 - 8 * i));
  }
  uint8_t* nonce = at + kChunkPrefixBytes;
  uint8_t* body = nonce + kGcmNonceBytes;
  RETURN_IF_ERROR(nonces(nonce));
  RETURN_IF_ERROR(
      cipher.Seal(nonce, ChunkAad(id, next_chunk, last), plaintext, size, body, body + size));
  RETURN_IF_ERROR(
      sink(absl::string_view(reinterpret_cast<const char*>(frame.data()), frame.size())));
  frame.clear();
  ++next_chunk;
  return absl::OkStatus();
}

StreamEncryptor::StreamEncryptor(const StreamId& id, const SecretBytes& key, uint64_t first_chunk,
                                 Sink sink)
    : impl_(std::make_unique<Impl>(id, key, first_chunk, std::move(sink))) {}

StreamEncryptor::~StreamEncryptor() = default;

absl::Status StreamEncryptor::Write(absl::string_view plaintext) {
  Impl& impl = *impl_;
  auto* bytes = reinterpret_cast<const uint8_t*>(plaintext.data());
  size_t left = plaintext.size();
  while (left > 0 && impl.status.ok()) {
    if (impl.pending.empty() && left >= kStreamChunkBytes) {  // No need to copy a whole chunk.
      impl.status = impl.Emit(bytes, kStreamChunkBytes, false);
      bytes += kStreamChunkBytes;
      left -= kStreamChunkBytes;
      continue;
    }
    const size_t take = std::min(left, kStreamChunkBytes - impl.pending.size());
    impl.pending.insert(impl.pending.end(), bytes, bytes + take);
    bytes += take;
    left -= take;
    if (impl.pending.size() == kStreamChunkBytes) impl.status = impl.EmitPending(false);
  }
  return impl.status;
}

absl::Status StreamEncryptor::Flush() {
  if (impl_->status.ok() && !impl_->pending.empty()) impl_->status = impl_->EmitPending(false);
  return impl_->status;
}

absl::Status StreamEncryptor::Finish() {
  if (!impl_->status.ok()) return impl_->status;
  impl_->status = impl_->EmitPending(true);
  if (!impl_->status.ok()) return impl_->status;
  impl_->status = absl::FailedPreconditionError("the stream is finished; nothing can follow");
  return absl::OkStatus();
}

uint64_t StreamEncryptor::next_chunk() const { return impl_->next_chunk; }

void StreamTestPeer::SetNonces(StreamEncryptor& stream, NonceSource nonces) {
  stream.impl_->nonces = std::move(nonces);
}

}  // namespace oboro::platform

#include <openssl/crypto.h>

#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/stream.h"
#include "services/platform/keys/stream_format.h"

namespace oboro::platform {
namespace {

// `what` is for the log of a developer; which check failed tells a stranger nothing.
absl::Status Corrupt(uint64_t chunk, absl::string_view what) {
  return ReasonedError(
      absl::StatusCode::kDataLoss,
      {"STREAM_CORRUPT",
       absl::StrCat("The stored object is not what was written (chunk ", chunk, ": ", what,
                    "). Restore it from a backup or upload it again."),
       absl::StrCat("保存されたオブジェクトが書き込まれた内容と一致しません（チャンク ", chunk,
                    "）。バックアップから復元するか、再度アップロードしてください。"),
       {{"chunk", absl::StrCat(chunk)}}});
}

}  // namespace

struct StreamDecryptor::Impl {
  Impl(const StreamId& id, const SecretBytes& key, Source source)
      : id(id), cipher(key), source(std::move(source)) {}
  ~Impl() { OPENSSL_cleanse(body.data(), body.capacity()); }

  // Reads exactly `size` bytes, or fewer where the source ends; answers how many.
  absl::StatusOr<size_t> Fill(uint8_t* buffer, size_t size);
  absl::StatusOr<absl::string_view> Next();
  absl::Status ReadHeader();
  absl::Status ExpectEnd();

  const StreamId id;
  AesGcm cipher;
  Source source;
  uint64_t chunk = 0;
  bool header_read = false;
  bool ended = false;
  std::vector<uint8_t> body;
  absl::Status status;
};

absl::StatusOr<size_t> StreamDecryptor::Impl::Fill(uint8_t* buffer, size_t size) {
  size_t have = 0;
  while (have < size) {
    ASSIGN_OR_RETURN(const size_t got, source(reinterpret_cast<char*>(buffer) + have, size - have));
    if (got == 0) break;
    if (got > size - have) return absl::InternalError("the source gave more than was asked for");
    have += got;
  }
  return have;
}

absl::Status StreamDecryptor::Impl::ReadHeader() {
  std::array<uint8_t, kStreamHeader.size()> header;
  ASSIGN_OR_RETURN(const size_t got, Fill(header.data(), header.size()));
  if (got != header.size() || header != kStreamHeader) return Corrupt(0, "no stream header");
  header_read = true;
  return absl::OkStatus();
}

absl::Status StreamDecryptor::Impl::ExpectEnd() {
  uint8_t byte;
  ASSIGN_OR_RETURN(const size_t got, Fill(&byte, 1));
  return got == 0 ? absl::OkStatus() : Corrupt(chunk, "bytes follow the last chunk");
}

absl::StatusOr<absl::string_view> StreamDecryptor::Impl::Next() {
  if (ended) return absl::string_view();
  if (!header_read) RETURN_IF_ERROR(ReadHeader());
  uint8_t front[kChunkPrefixBytes + kGcmNonceBytes];
  ASSIGN_OR_RETURN(const size_t got, Fill(front, sizeof front));
  if (got == 0) return Corrupt(chunk, "the stream ends without its last chunk");
  if (got != sizeof front) return Corrupt(chunk, "the chunk is cut");
  uint32_t prefix = 0;
  for (size_t i = 0; i < kChunkPrefixBytes; ++i) prefix = prefix << 8 | front[i];
  const bool last = (prefix & kLastChunkBit) != 0;
  const size_t size = prefix & ~kLastChunkBit;
  // The length is checked before memory is asked for: it has not been authenticated yet.
  if (size > kStreamChunkBytes || (size == 0 && !last)) return Corrupt(chunk, "impossible length");
  body.resize(size + kGcmTagBytes);
  ASSIGN_OR_RETURN(const size_t filled, Fill(body.data(), body.size()));
  if (filled != body.size()) return Corrupt(chunk, "the chunk is cut");
  if (!cipher.Open(front + kChunkPrefixBytes, ChunkAad(id, chunk, last), body.data(), size,
                   body.data() + size, body.data())) {
    return Corrupt(chunk, "the authentication tag does not fit");
  }
  if (last) {
    RETURN_IF_ERROR(ExpectEnd());
    ended = true;
  }
  ++chunk;
  return absl::string_view(reinterpret_cast<const char*>(body.data()), size);
}

StreamDecryptor::StreamDecryptor(const StreamId& id, const SecretBytes& key, Source source)
    : impl_(std::make_unique<Impl>(id, key, std::move(source))) {}

StreamDecryptor::~StreamDecryptor() = default;

absl::StatusOr<absl::string_view> StreamDecryptor::Read() {
  RETURN_IF_ERROR(impl_->status);
  absl::StatusOr<absl::string_view> piece = impl_->Next();
  impl_->status = piece.status();
  return piece;
}

}  // namespace oboro::platform

#include "services/platform/keys/stream.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/keys/stream_nonce.h"

namespace oboro::platform {
namespace {

constexpr size_t kHeader = 16;
constexpr size_t kOverhead = 32;  // Prefix 4, nonce 12, tag 16.

SecretBytes TestKey(uint8_t first = 0) {
  SecretBytes key(32);
  for (size_t i = 0; i < key.size(); ++i) key.data()[i] = static_cast<uint8_t>(first + i);
  return key;
}

StreamEncryptor::Sink To(std::string* out) {
  return [out](absl::string_view bytes) {
    out->append(bytes.data(), bytes.size());
    return absl::OkStatus();
  };
}

const StreamId& Id() {
  static const StreamId id{"tsukuba", "object-1"};
  return id;
}

// One chunk per element of `pieces`; the last ends the stream.
std::string EncryptPieces(const StreamId& id, const SecretBytes& key,
                          const std::vector<std::string>& pieces) {
  std::string out;
  StreamEncryptor stream(id, key, 0, To(&out));
  for (size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_OK(stream.Write(pieces[i]));
    EXPECT_OK(i + 1 < pieces.size() ? stream.Flush() : stream.Finish());
  }
  return out;
}

// Decrypts handing out at most `step` bytes a call.
absl::StatusOr<std::string> Decrypt(const StreamId& id, const SecretBytes& key,
                                    const std::string& bytes, size_t step = 1 << 20) {
  size_t at = 0;
  StreamDecryptor stream(id, key, [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
    const size_t n = std::min({size, step, bytes.size() - at});
    std::copy_n(bytes.data() + at, n, buffer);
    at += n;
    return n;
  });
  std::string plain;
  while (true) {
    const absl::StatusOr<absl::string_view> piece = stream.Read();
    if (!piece.ok()) {
      EXPECT_EQ(stream.Read().status(), piece.status()) << "errors are final";
      return piece.status();
    }
    if (piece->empty()) break;
    plain.append(piece->data(), piece->size());
  }
  EXPECT_THAT(stream.Read(), IsOkAndHolds(""));
  return plain;
}

std::string RandomText(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST(StreamTest, GivesBackWhatWasWrittenAtEverySizeNearAChunk) {
  for (const size_t size : {size_t{0}, size_t{1}, kStreamChunkBytes - 1, kStreamChunkBytes,
                            kStreamChunkBytes + 1, 3 * kStreamChunkBytes + 7}) {
    const std::string text = RandomText(size, size);
    std::string out;
    StreamEncryptor stream(Id(), TestKey(), 0, To(&out));
    for (size_t at = 0; at < size; at += 70001) ASSERT_OK(stream.Write(text.substr(at, 70001)));
    ASSERT_OK(stream.Finish());
    EXPECT_EQ(out.size(), kHeader + size + kOverhead * stream.next_chunk());
    EXPECT_THAT(Decrypt(Id(), TestKey(), out), IsOkAndHolds(text));
    std::string at_once;
    StreamEncryptor whole(Id(), TestKey(), 0, To(&at_once));
    ASSERT_OK(whole.Write(text));
    ASSERT_OK(whole.Finish());
    EXPECT_EQ(at_once.size(), out.size());
    EXPECT_THAT(Decrypt(Id(), TestKey(), at_once, 4099), IsOkAndHolds(text));
  }
}

TEST(StreamTest, ResumesAtAChunk) {
  std::string out;
  uint64_t next = 0;
  {
    StreamEncryptor first(Id(), TestKey(), 0, To(&out));
    ASSERT_OK(first.Write("first"));
    ASSERT_OK(first.Flush());
    ASSERT_OK(first.Flush());
    next = first.next_chunk();
    ASSERT_OK(first.Write("lost: never flushed"));
  }
  EXPECT_EQ(next, 1u);
  StreamEncryptor second(Id(), TestKey(), next, To(&out));
  ASSERT_OK(second.Write(" second"));
  ASSERT_OK(second.Finish());
  EXPECT_THAT(Decrypt(Id(), TestKey(), out), IsOkAndHolds("first second"));
}

TEST(StreamTest, NothingFollowsTheEnd) {
  std::string out;
  StreamEncryptor stream(Id(), TestKey(), 0, To(&out));
  ASSERT_OK(stream.Finish());
  EXPECT_FALSE(stream.Write("x").ok());
  EXPECT_FALSE(stream.Finish().ok());
}

TEST(StreamTest, ChunksNeverShareANonce) {
  const std::string a = EncryptPieces(Id(), TestKey(), {"same", "same"});
  const std::string b = EncryptPieces(Id(), TestKey(), {"same", "same"});
  EXPECT_NE(a.substr(kHeader + 4, 12), a.substr(kHeader + kOverhead + 4 + 4, 12));
  EXPECT_NE(a.substr(kHeader + 4, 12), b.substr(kHeader + 4, 12));
}

TEST(StreamTest, RefusesAnotherTenantObjectOrKey) {
  const std::string bytes = EncryptPieces(Id(), TestKey(), {"secret"});
  EXPECT_THAT(Decrypt({"hamamatsu", "object-1"}, TestKey(), bytes), HasReason("STREAM_CORRUPT"));
  EXPECT_THAT(Decrypt({"tsukuba", "object-2"}, TestKey(), bytes), HasReason("STREAM_CORRUPT"));
  EXPECT_THAT(Decrypt(Id(), TestKey(1), bytes), HasReason("STREAM_CORRUPT"));
  // Fields are length-prefixed: moving a letter from one to the next is another stream.
  EXPECT_THAT(Decrypt({"tsukubao", "bject-1"}, TestKey(), bytes), HasReason("STREAM_CORRUPT"));
  EXPECT_THAT(Decrypt(Id(), TestKey(), bytes), IsOkAndHolds("secret"));
}

TEST(StreamTest, RefusesReorderedRepeatedOrMissingChunks) {
  const std::string bytes = EncryptPieces(Id(), TestKey(), {"one", "two", "end"});
  const std::string head = bytes.substr(0, kHeader);
  const size_t frame = kOverhead + 3;
  const std::string c0 = bytes.substr(kHeader, frame);
  const std::string c1 = bytes.substr(kHeader + frame, frame);
  const std::string c2 = bytes.substr(kHeader + 2 * frame);
  ASSERT_THAT(Decrypt(Id(), TestKey(), head + c0 + c1 + c2), IsOkAndHolds("onetwoend"));
  for (const std::string& changed :
       {head + c1 + c0 + c2, head + c0 + c2, head + c1 + c2, head + c0 + c0 + c1 + c2,
        head + c0 + c1, head + c0 + c1 + c2 + c2, head + c2, head, std::string(), c0 + c1 + c2,
        head + head + c0 + c1 + c2, bytes + std::string(1, '\0')}) {
    EXPECT_THAT(Decrypt(Id(), TestKey(), changed), HasReason("STREAM_CORRUPT"));
  }
  // A chunk of the same number from another object of the same key.
  const std::string other =
      EncryptPieces({"tsukuba", "object-2"}, TestKey(), {"ONE", "TWO", "END"});
  EXPECT_THAT(Decrypt(Id(), TestKey(), head + c0 + other.substr(kHeader + frame, frame) + c2),
              HasReason("STREAM_CORRUPT"));
}

TEST(StreamTest, RefusesEveryCutAndEveryFlippedBit) {
  const std::string bytes = EncryptPieces(Id(), TestKey(), {"one", "second", ""});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(Decrypt(Id(), TestKey(), bytes.substr(0, size)), HasReason("STREAM_CORRUPT"))
        << size;
  }
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    EXPECT_THAT(Decrypt(Id(), TestKey(), changed), HasReason("STREAM_CORRUPT")) << bit;
  }
}

TEST(StreamTest, GivesNothingOfAChunkThatDoesNotVerify) {
  std::string bytes = EncryptPieces(Id(), TestKey(), {"good", "spoilt"});
  bytes.back() ^= 1;
  size_t at = 0;
  StreamDecryptor stream(Id(), TestKey(), [&](char* buffer, size_t n) -> absl::StatusOr<size_t> {
    n = std::min(n, bytes.size() - at);
    std::copy_n(bytes.data() + at, n, buffer);
    at += n;
    return n;
  });
  EXPECT_THAT(stream.Read(), IsOkAndHolds("good"));
  EXPECT_THAT(stream.Read(), HasReason("STREAM_CORRUPT"));
}

TEST(StreamTest, ErrorsOfSinkAndSourceComeBackAndAreFinal) {
  int calls = 0;
  StreamEncryptor out(Id(), TestKey(), 0, [&](absl::string_view) {
    ++calls;
    return absl::UnavailableError("disk full");
  });
  ASSERT_OK(out.Write("x"));
  EXPECT_THAT(out.Flush(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(out.Finish(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(calls, 1);
  StreamDecryptor in(Id(), TestKey(), [](char*, size_t) -> absl::StatusOr<size_t> {
    return absl::UnavailableError("network");
  });
  EXPECT_THAT(in.Read(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(StreamTest, RefusesAKeyOfTheWrongSize) {
  std::string out;
  StreamEncryptor stream(Id(), SecretBytes(16), 0, To(&out));
  EXPECT_THAT(stream.Finish(), StatusIs(absl::StatusCode::kInternal));
  EXPECT_TRUE(out.empty());
}

// docs/stream-format.md prints these; they come from a second implementation
// (keys/testing/stream_vectors.py).
struct Vector {
  std::vector<std::string> pieces;
  const char* hex;
};

TEST(StreamTest, MatchesThePublishedVectors) {
  const Vector vectors[] = {
#include "services/platform/keys/testing/stream_vectors.inc"
  };
  for (const Vector& vector : vectors) {
    std::string out;
    StreamEncryptor stream(Id(), TestKey(), 0, To(&out));
    uint8_t counter = 0xA0;
    StreamTestPeer::SetNonces(stream, [&](uint8_t* nonce) {
      std::fill_n(nonce, 12, counter++);
      return absl::OkStatus();
    });
    std::string text;
    for (size_t i = 0; i < vector.pieces.size(); ++i) {
      text += vector.pieces[i];
      ASSERT_OK(stream.Write(vector.pieces[i]));
      ASSERT_OK(i + 1 < vector.pieces.size() ? stream.Flush() : stream.Finish());
    }
    EXPECT_EQ(absl::BytesToHexString(out), vector.hex);
    EXPECT_THAT(Decrypt(Id(), TestKey(), absl::HexStringToBytes(vector.hex)), IsOkAndHolds(text));
  }
}

}  // namespace
}  // namespace oboro::platform

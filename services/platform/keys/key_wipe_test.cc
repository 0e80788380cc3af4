// After a key's last user is gone, its bytes are nowhere in this process's memory: looked for
// through /proc/self/mem, so that copies nobody thought of count too.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "services/platform/base/status_matchers.h"
#include "services/platform/keys/stream.h"
#include "services/platform/keys/testing/soft_token.h"

namespace oboro::platform {
namespace {

// A key remembered so that remembering it is not a copy of it.
class Fingerprint {
 public:
  explicit Fingerprint(const SecretBytes& key) {
    for (size_t i = 0; i < masked_.size(); ++i) masked_[i] = key.data()[i] ^ kMask;
  }

  // How often the key's bytes are in writable memory.
  int CountInMemory() const {
    FILE* maps = std::fopen("/proc/self/maps", "r");
    const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    std::vector<uint8_t> buffer(kStep + masked_.size() - 1);
    int found = 0;
    char line[512];
    while (std::fgets(line, sizeof line, maps) != nullptr) {
      unsigned long from = 0, to = 0;
      char rights[5] = "";
      std::sscanf(line, "%lx-%lx %4s", &from, &to, rights);
      if (rights[0] != 'r' || rights[1] != 'w') continue;
      for (unsigned long at = from; at < to; at += kStep) {
        const size_t size = std::min(buffer.size(), static_cast<size_t>(to - at));
        const ssize_t got = pread(memory, buffer.data(), size, static_cast<off_t>(at));
        if (got > 0) found += CountIn(buffer.data(), static_cast<size_t>(got));
        std::fill(buffer.begin(), buffer.end(), uint8_t{0});
      }
    }
    std::fclose(maps);
    close(memory);
    return found;
  }

 private:
  static constexpr uint8_t kMask = 0x5A;
  static constexpr size_t kStep = 1 << 20;

  int CountIn(const uint8_t* bytes, size_t size) const {
    int found = 0;
    for (size_t at = 0; at + masked_.size() <= size; ++at) {
      size_t same = 0;
      while (same < masked_.size() && (bytes[at + same] ^ kMask) == masked_[same]) ++same;
      found += same == masked_.size();
    }
    return found;
  }

  std::array<uint8_t, 32> masked_;
};

class KeyWipeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(token_, SoftToken::Make());
    ASSERT_OK_AND_ASSIGN(keys_, OpenPkcs11(token_->options()));
    ASSERT_OK(keys_->CreateTenantKeys(tenant_, 1));
  }
  // Encrypts and decrypts something with `key`.
  static void UseInStreams(const SecretBytes& key) {
    std::string bytes;
    StreamEncryptor out({"tsukuba", "o"}, key, 0, [&](absl::string_view piece) {
      bytes.append(piece.data(), piece.size());
      return absl::OkStatus();
    });
    ASSERT_OK(out.Write(std::string(3 << 20, 'x')));
    ASSERT_OK(out.Finish());
    size_t at = 0;
    StreamDecryptor in({"tsukuba", "o"}, key,
                       [&](char* buffer, size_t n) -> absl::StatusOr<size_t> {
                         n = std::min(n, bytes.size() - at);
                         std::copy_n(bytes.data() + at, n, buffer);
                         at += n;
                         return n;
                       });
    while (true) {
      ASSERT_OK_AND_ASSIGN(const absl::string_view piece, in.Read());
      if (piece.empty()) break;
    }
  }

  std::unique_ptr<SoftToken> token_;
  std::unique_ptr<KeyManager> keys_;
  const TenantContext tenant_ =
      TenantContext::MakeResolved("tsukuba", "082201", 260000, TenantState::kActive);
};

TEST_F(KeyWipeTest, NothingOfADataKeyStays) {
  ASSERT_OK_AND_ASSIGN(SecretBytes key, keys_->GenerateSecret());
  const Fingerprint fingerprint(key);
  EXPECT_GE(fingerprint.CountInMemory(), 1) << "the search must be able to find";
  ASSERT_OK_AND_ASSIGN(const WrappedKey wrapped,
                       keys_->Wrap(tenant_, 1, KeyPurpose::kDataKey, "o", key));
  UseInStreams(key);
  SecretBytes clone = key.Clone();
  SecretBytes moved = std::move(clone);
  moved = SecretBytes(32);
  key.Wipe();
  EXPECT_EQ(fingerprint.CountInMemory(), 0) << "after wrapping and use";
  {
    ASSERT_OK_AND_ASSIGN(const SecretBytes back,
                         keys_->Unwrap(tenant_, KeyPurpose::kDataKey, "o", wrapped));
    UseInStreams(back);
    EXPECT_GE(fingerprint.CountInMemory(), 1);
  }
  EXPECT_EQ(fingerprint.CountInMemory(), 0) << "after unwrapping and use";
}

TEST_F(KeyWipeTest, AKeyThatDoesNotOpenAStreamGoesToo) {
  ASSERT_OK_AND_ASSIGN(SecretBytes key, keys_->GenerateSecret());
  const Fingerprint fingerprint(key);
  {
    StreamDecryptor in({"tsukuba", "o"}, key, [](char*, size_t) -> absl::StatusOr<size_t> {
      return absl::UnavailableError("disk");
    });
    EXPECT_FALSE(in.Read().ok());
    key.Wipe();
    EXPECT_GE(fingerprint.CountInMemory(), 1) << "the key schedule begins with the key";
  }
  EXPECT_EQ(fingerprint.CountInMemory(), 0);
}

}  // namespace
}  // namespace oboro::platform

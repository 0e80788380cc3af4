#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <utility>

#include "services/platform/base/log.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// The SHA-256 of the ciphertext that went through a DigestReader, readable after the reader itself
// was given away. Complete once the reader has answered 0.
class ReadDigest {
 public:
  ReadDigest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    OBORO_CHECK(context_ != nullptr);
    OBORO_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void Add(const char* bytes, size_t size) {
    OBORO_CHECK(EVP_DigestUpdate(context_.get(), bytes, size) == 1);
  }
  void End() {
    if (!value_.empty()) return;
    unsigned char digest[32];
    unsigned int size = 0;
    OBORO_CHECK(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1 && size == 32);
    value_.assign(reinterpret_cast<char*>(digest), size);
  }
  // 32 bytes; empty while the object has not been read to its end.
  const std::string& value() const { return value_; }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  std::string value_;
};

// Hashes an object while somebody else (the job's child) consumes it, so that what was measured and
// what the digest names are the same bytes.
class DigestReader final : public ObjectReader {
 public:
  DigestReader(std::unique_ptr<ObjectReader> inner, std::shared_ptr<ReadDigest> digest)
      : inner_(std::move(inner)), digest_(std::move(digest)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    absl::StatusOr<size_t> got = inner_->Read(buffer, size);
    if (!got.ok()) return got;
    if (*got == 0) {
      digest_->End();
    } else {
      digest_->Add(buffer, *got);
    }
    return got;
  }

 private:
  std::unique_ptr<ObjectReader> inner_;
  std::shared_ptr<ReadDigest> digest_;
};

}  // namespace oboro::platform

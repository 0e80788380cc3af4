#include "services/platform/keys/aes_gcm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace oboro::platform {
namespace {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

}  // namespace

struct AesGcm::Impl {
  // EVP_CIPHER_CTX_free cleanses the key schedules.
  CipherContext seal{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
  CipherContext open{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
  bool ready = false;
};

void AppendLengthPrefixed(absl::string_view field, std::string* out) {
  const auto size = static_cast<uint32_t>(field.size());
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(size >> shift));
  out->append(field.data(), field.size());
}

std::string BigEndian64(uint64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

AesGcm::AesGcm(const SecretBytes& key) : impl_(std::make_unique<Impl>()) {
  if (key.size() != kAes256KeyBytes || !impl_->seal || !impl_->open) return;
  const EVP_CIPHER* cipher = EVP_aes_256_gcm();
  impl_->ready = EVP_EncryptInit_ex(impl_->seal.get(), cipher, nullptr, key.data(), nullptr) == 1 &&
                 EVP_DecryptInit_ex(impl_->open.get(), cipher, nullptr, key.data(), nullptr) == 1;
}

AesGcm::~AesGcm() = default;

absl::Status AesGcm::Seal(const uint8_t* nonce, absl::string_view aad, const uint8_t* plaintext,
                          size_t size, uint8_t* ciphertext, uint8_t* tag) {
  EVP_CIPHER_CTX* context = impl_->seal.get();
  int written = 0;
  const bool ok =
      impl_->ready && EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &written, reinterpret_cast<const uint8_t*>(aad.data()),
                        static_cast<int>(aad.size())) == 1 &&
      (size == 0 ||
       EVP_EncryptUpdate(context, ciphertext, &written, plaintext, static_cast<int>(size)) == 1) &&
      EVP_EncryptFinal_ex(context, ciphertext + size, &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kGcmTagBytes, tag) == 1;
  if (!ok) return absl::InternalError("AES-GCM could not encrypt: the key is not of 32 bytes");
  return absl::OkStatus();
}

bool AesGcm::Open(const uint8_t* nonce, absl::string_view aad, const uint8_t* ciphertext,
                  size_t size, const uint8_t* tag, uint8_t* plaintext) {
  EVP_CIPHER_CTX* context = impl_->open.get();
  int written = 0;
  const bool ok =
      impl_->ready && EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &written, reinterpret_cast<const uint8_t*>(aad.data()),
                        static_cast<int>(aad.size())) == 1 &&
      (size == 0 ||
       EVP_DecryptUpdate(context, plaintext, &written, ciphertext, static_cast<int>(size)) == 1) &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kGcmTagBytes,
                          const_cast<uint8_t*>(tag)) == 1 &&
      EVP_DecryptFinal_ex(context, plaintext + size, &written) == 1;
  // What GCM decrypts before it knows the tag is not to be believed, nor to be left lying about.
  if (!ok && size > 0) OPENSSL_cleanse(plaintext, size);
  return ok;
}

}  // namespace oboro::platform

#include "services/sdc/records/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace oboro::sdc {

Digest::Digest() : keyed_(false) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  context_ = context;
}

Digest::Digest(std::span<const uint8_t> key) : keyed_(true) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
  EVP_MAC_free(mac);
  char name[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                               OSSL_PARAM_construct_end()};
  EVP_MAC_init(context, key.data(), key.size(), params);
  context_ = context;
}

Digest::~Digest() {
  if (keyed_) {
    EVP_MAC_CTX_free(static_cast<EVP_MAC_CTX*>(context_));
  } else {
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
  }
}

void Digest::AddBytes(const void* data, size_t size) {
  if (keyed_) {
    EVP_MAC_update(static_cast<EVP_MAC_CTX*>(context_), static_cast<const unsigned char*>(data),
                   size);
  } else {
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), data, size);
  }
}

void Digest::AddNumber(uint64_t number) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(number >> (8 * (7 - i)));
  AddBytes(bytes, sizeof(bytes));
}

void Digest::AddText(std::string_view text) {
  AddNumber(text.size());
  AddBytes(text.data(), text.size());
}

std::string Digest::Hex() {
  uint8_t bytes[EVP_MAX_MD_SIZE];
  size_t size = 0;
  if (keyed_) {
    EVP_MAC_final(static_cast<EVP_MAC_CTX*>(context_), bytes, &size, sizeof(bytes));
  } else {
    unsigned int n = 0;
    EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), bytes, &n);
    size = n;
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (size_t i = 0; i < size; ++i) {
    hex += kHex[bytes[i] >> 4];
    hex += kHex[bytes[i] & 15];
  }
  return hex;
}

}  // namespace oboro::sdc

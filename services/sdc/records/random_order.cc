#include "services/sdc/records/random_order.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace oboro::sdc {

SeededRandom::SeededRandom(const std::array<uint8_t, 32>& seed) : buffer_(512, 0) {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  const uint8_t nonce[16] = {};
  EVP_EncryptInit_ex(context, EVP_chacha20(), nullptr, seed.data(), nonce);
  context_ = context;
  at_ = buffer_.size();
}

SeededRandom::~SeededRandom() {
  EVP_CIPHER_CTX_free(static_cast<EVP_CIPHER_CTX*>(context_));
  OPENSSL_cleanse(buffer_.data(), buffer_.size() * sizeof(uint64_t));
}

uint64_t SeededRandom::Next() {
  if (at_ == buffer_.size()) {
    const std::vector<uint64_t> zeros(buffer_.size(), 0);
    int n = 0;
    EVP_EncryptUpdate(static_cast<EVP_CIPHER_CTX*>(context_),
                      reinterpret_cast<uint8_t*>(buffer_.data()), &n,
                      reinterpret_cast<const uint8_t*>(zeros.data()),
                      static_cast<int>(zeros.size() * sizeof(uint64_t)));
    at_ = 0;
  }
  return buffer_[at_++];
}

uint64_t SeededRandom::Below(uint64_t n) {
  // Multiply-shift with rejection of the few values that would favour some results.
  for (;;) {
    const unsigned __int128 product = static_cast<unsigned __int128>(Next()) * n;
    const auto low = static_cast<uint64_t>(product);
    if (low >= n || low >= (0 - n) % n) return static_cast<uint64_t>(product >> 64);
  }
}

}  // namespace oboro::sdc

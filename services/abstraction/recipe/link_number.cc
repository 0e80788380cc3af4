#include "services/abstraction/recipe/link_number.h"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstdlib>
#include <cstring>

namespace oboro::abstraction {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr std::string_view kPrefix[] = {std::string_view("oboro.link.v1\0person\0", 21),
                                        std::string_view("oboro.link.v1\0household\0", 24)};

}  // namespace

struct LinkNumberer::Contexts {
  EVP_MAC* mac = nullptr;
  EVP_MAC_CTX* keyed = nullptr;

  ~Contexts() {
    EVP_MAC_CTX_free(keyed);
    EVP_MAC_free(mac);
  }
};

LinkNumberer::LinkNumberer(std::unique_ptr<Contexts> contexts) : contexts_(std::move(contexts)) {}
LinkNumberer::~LinkNumberer() = default;

absl::StatusOr<std::unique_ptr<LinkNumberer>> LinkNumberer::Create(std::span<const uint8_t> key) {
  if (key.size() != kKeyBytes) {
    return absl::InvalidArgumentError("a pseudonym key has 32 bytes");
  }
  auto contexts = std::make_unique<Contexts>();
  contexts->mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  if (contexts->mac != nullptr) contexts->keyed = EVP_MAC_CTX_new(contexts->mac);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                               OSSL_PARAM_construct_end()};
  if (contexts->keyed == nullptr ||
      EVP_MAC_init(contexts->keyed, key.data(), key.size(), params) != 1) {
    return absl::InternalError("OpenSSL offers no HMAC-SHA256");
  }
  return std::unique_ptr<LinkNumberer>(new LinkNumberer(std::move(contexts)));
}

LinkNumber LinkNumberer::Make(LinkKind kind, std::string_view value) {
  const std::string_view prefix = kPrefix[static_cast<size_t>(kind)];
  unsigned char full[32];
  size_t size = 0;
  EVP_MAC_CTX* const context = contexts_->keyed;
  // Without a key init starts anew under the one of Create. These calls fail only when memory is
  // out, and a wrong link number must never be written.
  if (EVP_MAC_init(context, nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(prefix.data()),
                     prefix.size()) != 1 ||
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(value.data()), value.size()) !=
          1 ||
      EVP_MAC_final(context, full, &size, sizeof full) != 1 || size != sizeof full) {
    std::abort();
  }
  LinkNumber out;
  std::memcpy(out.data(), full, out.size());
  return out;
}

std::string FormatLinkNumber(const LinkNumber& number) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : number) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace oboro::abstraction

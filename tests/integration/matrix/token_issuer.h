#pragma once

#include <cjose/cjose.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/time.h"
#include "services/platform/identity/token_verifier.h"

namespace oboro::testing {

// An OpenID provider as far as Oboro sees one: a signing key, access tokens, and the two documents
// that the fetcher hands out.
class TokenIssuer {
 public:
  static constexpr char kIssuer[] = "https://issuer.test";
  static constexpr char kAudience[] = "oboro";

  TokenIssuer();

  // A good token of `subject`, for an hour from `now`.
  std::string Token(const std::string& subject, absl::Time now) const;
  // Any claims under any header, signed with the current key (or `key`).
  std::string Sign(const nlohmann::json& header, const nlohmann::json& claims,
                   cjose_jwk_t* key = nullptr) const;
  nlohmann::json Header() const;
  nlohmann::json Claims(const std::string& subject, absl::Time now) const;

  // Makes another signing key; the old one is no longer in the key set.
  void RotateKey();
  std::string Jwks() const;
  std::string PublicJwk() const;
  cjose_jwk_t* key() const { return key_.get(); }

  // Serves the documents of this issuer, which must outlive it; `fetches` counts key sets served.
  std::unique_ptr<platform::DocumentFetcher> Fetcher();
  int fetches() const { return fetches_; }
  void set_reachable(bool reachable) { reachable_ = reachable; }

 private:
  class FetcherImpl;
  std::unique_ptr<cjose_jwk_t, bool (*)(cjose_jwk_t*)> key_;
  std::string kid_;
  int generation_ = 0;
  int fetches_ = 0;
  bool reachable_ = true;
};

// Base64url without padding.
std::string Base64Url(const std::string& bytes);

}  // namespace oboro::testing

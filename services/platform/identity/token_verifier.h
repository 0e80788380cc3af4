#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/platform/base/clock.h"

namespace oboro::platform {

// What a verified token says. Roles in it are never looked at: they come from rows.
struct TokenClaims {
  std::string issuer;
  std::string subject;
  absl::Time expiry;
};

// Fetches a document over HTTPS; the only thing that tests replace.
class DocumentFetcher {
 public:
  virtual ~DocumentFetcher() = default;
  virtual absl::StatusOr<std::string> Get(const std::string& url) = 0;
};

// libcurl: HTTPS only, no redirects, the given CA only, at most 1 MiB in 5 s.
std::unique_ptr<DocumentFetcher> MakeHttpsFetcher(const std::string& ca_path);

struct TokenVerifierOptions {
  std::string issuer;
  std::string audience;
  size_t cache_entries = 4096;
  absl::Duration cache_time = absl::Minutes(1);  // And never longer than the token lives.
  // Keys are fetched again when a token names an unknown one, at most this often.
  absl::Duration min_refresh = absl::Seconds(10);
  // And at the latest after this long, so that a withdrawn key is dropped.
  absl::Duration max_age = absl::Minutes(10);
};

// Checks access tokens (JWT, RFC 9068): signature with a key of the issuer's JWKS, RS256 or ES256
// only, issuer, audience, expiry, not-before. Thread-safe. Errors are UNAUTHENTICATED with reason
// TOKEN_INVALID or TOKEN_EXPIRED, or UNAVAILABLE with IDENTITY_PROVIDER_UNREACHABLE when no key
// could be fetched.
class TokenVerifier {
 public:
  TokenVerifier(TokenVerifierOptions options, std::unique_ptr<DocumentFetcher> fetcher,
                const Clock* clock);
  ~TokenVerifier();
  absl::StatusOr<TokenClaims> Verify(absl::string_view token);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform

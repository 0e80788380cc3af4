#include "services/platform/identity/token_verifier.h"

#include <openssl/sha.h>

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/identity/jwks.h"
#include "services/platform/telemetry/metrics.h"

namespace oboro::platform {
namespace {

constexpr size_t kMaxToken = 8192;
// Clocks of two machines differ; only a token's beginning is forgiven for it, never its end.
constexpr absl::Duration kSkew = absl::Seconds(30);

absl::Status Invalid(absl::string_view why) {
  return ReasonedError(absl::StatusCode::kUnauthenticated,
                       {"TOKEN_INVALID",
                        absl::StrCat("The access token is not valid: ", why, ". Sign in again."),
                        "アクセストークンが無効です。もう一度サインインしてください。",
                        {}});
}

absl::Status Expired() {
  return ReasonedError(
      absl::StatusCode::kUnauthenticated,
      {"TOKEN_EXPIRED",
       "The access token has expired. Sign in again.",
       "アクセストークンの有効期限が切れています。もう一度サインインしてください。",
       {}});
}

absl::Status ProviderUnreachable() {
  return ReasonedError(absl::StatusCode::kUnavailable,
                       {"IDENTITY_PROVIDER_UNREACHABLE",
                        "The OpenID provider's keys could not be fetched. Try again in a moment.",
                        "認証サーバーに接続できません。しばらくしてからもう一度お試しください。",
                        {}});
}

struct Header {
  std::string algorithm;
  std::string kid;
};

std::string Text(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

absl::StatusOr<Header> ParseHeader(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  std::string json;
  if (token.size() > kMaxToken || parts.size() != 3 ||
      !absl::WebSafeBase64Unescape(parts[0], &json)) {
    return Invalid("it is no signed JWT");
  }
  const auto header = nlohmann::json::parse(json, nullptr, false);
  if (!header.is_object()) return Invalid("its header is no JSON object");
  if (header.contains("crit")) return Invalid("it asks for an unknown extension");
  return Header{Text(header, "alg"), Text(header, "kid")};
}

// The signed payload, or nothing when the signature is wrong.
std::optional<std::string> VerifiedPayload(absl::string_view token, const ProviderKey& key) {
  cjose_err error;
  std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_import(token.data(), token.size(), &error), cjose_jws_release);
  if (jws == nullptr || !cjose_jws_verify(jws.get(), key.jwk.get(), &error)) return std::nullopt;
  uint8_t* plaintext = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &plaintext, &size, &error)) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(plaintext), size);
}

std::optional<absl::Time> NumericDate(const nlohmann::json& claims, const char* key) {
  const auto it = claims.find(key);
  if (it == claims.end() || !it->is_number()) return std::nullopt;
  const double seconds = it->get<double>();
  if (!(seconds > 0 && seconds < 1e11)) return std::nullopt;
  return absl::FromUnixSeconds(static_cast<int64_t>(seconds));
}

bool NamesAudience(const nlohmann::json& claims, const std::string& audience) {
  const auto it = claims.find("aud");
  if (it == claims.end()) return false;
  if (it->is_string()) return it->get<std::string>() == audience;
  if (!it->is_array()) return false;
  for (const auto& entry : *it) {
    if (entry.is_string() && entry.get<std::string>() == audience) return true;
  }
  return false;
}

absl::StatusOr<TokenClaims> CheckClaims(const std::string& payload,
                                        const TokenVerifierOptions& options, absl::Time now) {
  const auto claims = nlohmann::json::parse(payload, nullptr, false);
  if (!claims.is_object()) return Invalid("its claims are no JSON object");
  if (Text(claims, "iss") != options.issuer) return Invalid("another issuer made it");
  if (!NamesAudience(claims, options.audience)) return Invalid("it is for another audience");
  const std::string subject = Text(claims, "sub");
  if (subject.empty() || subject.size() > 255) return Invalid("it names no subject");
  const std::optional<absl::Time> expiry = NumericDate(claims, "exp");
  if (!expiry.has_value()) return Invalid("it has no expiry");
  if (now >= *expiry) return Expired();
  if (claims.contains("nbf")) {
    const std::optional<absl::Time> begin = NumericDate(claims, "nbf");
    if (!begin.has_value() || *begin > now + kSkew) return Invalid("it is not valid yet");
  }
  return TokenClaims{options.issuer, subject, *expiry};
}

std::string Digest(absl::string_view token) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// Verified tokens by their hash, so that the tokens themselves are not kept. First in, first out.
class ClaimsCache {
 public:
  explicit ClaimsCache(size_t limit) : limit_(limit) {}

  std::optional<TokenClaims> Find(const std::string& digest, absl::Time now) {
    absl::MutexLock lock(&mutex_);
    const auto it = entries_.find(digest);
    if (it == entries_.end() || now >= it->second.second) return std::nullopt;
    return it->second.first;
  }

  void Insert(const std::string& digest, const TokenClaims& claims, absl::Time until) {
    absl::MutexLock lock(&mutex_);
    if (entries_.insert_or_assign(digest, std::pair(claims, until)).second) {
      order_.push_back(digest);
    }
    while (order_.size() > limit_) {
      entries_.erase(order_.front());
      order_.pop_front();
    }
  }

 private:
  const size_t limit_;
  absl::Mutex mutex_;
  std::map<std::string, std::pair<TokenClaims, absl::Time>> entries_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> order_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

struct TokenVerifier::Impl {
  Impl(TokenVerifierOptions o, std::unique_ptr<DocumentFetcher> f, const Clock* c)
      : options(std::move(o)), fetcher(std::move(f)), clock(c), cache(options.cache_entries) {}

  const TokenVerifierOptions options;
  const std::unique_ptr<DocumentFetcher> fetcher;
  const Clock* const clock;
  ClaimsCache cache;

  absl::Mutex fetch_mutex;  // Held while fetching: one fetch at a time.
  absl::Mutex mutex ABSL_ACQUIRED_AFTER(fetch_mutex);
  ProviderKeys keys ABSL_GUARDED_BY(mutex);
  absl::Time fetched ABSL_GUARDED_BY(mutex) = absl::InfinitePast();    // Last success.
  absl::Time attempted ABSL_GUARDED_BY(mutex) = absl::InfinitePast();  // Last attempt.

  absl::StatusOr<ProviderKeys> Fetch() {
    std::string base = options.issuer;
    if (!base.empty() && base.back() == '/') base.pop_back();
    ASSIGN_OR_RETURN(const std::string discovery,
                     fetcher->Get(base + "/.well-known/openid-configuration"));
    ASSIGN_OR_RETURN(const std::string uri, ParseJwksUri(discovery, options.issuer));
    ASSIGN_OR_RETURN(const std::string jwks, fetcher->Get(uri));
    return ParseJwks(jwks);
  }

  // Fetches the keys unless that was tried within min_refresh.
  void Refresh() ABSL_LOCKS_EXCLUDED(fetch_mutex, mutex) {
    absl::MutexLock fetching(&fetch_mutex);
    const absl::Time now = clock->Now();
    {
      absl::MutexLock lock(&mutex);
      if (now - attempted < options.min_refresh) return;
      attempted = now;
    }
    absl::StatusOr<ProviderKeys> fresh = Fetch();
    Count(metrics::kTokenKeyFetches, fresh.ok() ? "OK" : "FAILED");
    if (!fresh.ok()) {
      Log(LogLevel::kError, "the provider's keys could not be fetched",
          {{"error", std::string(fresh.status().message())}});
      return;
    }
    absl::MutexLock lock(&mutex);
    keys = *std::move(fresh);
    fetched = now;
  }

  bool Stale() ABSL_LOCKS_EXCLUDED(mutex) {
    absl::MutexLock lock(&mutex);
    return clock->Now() - fetched > options.max_age;
  }

  std::optional<ProviderKey> Find(const std::string& kid) ABSL_LOCKS_EXCLUDED(mutex) {
    absl::MutexLock lock(&mutex);
    const auto it = keys.find(kid);
    if (it == keys.end()) return std::nullopt;
    return it->second;
  }

  absl::StatusOr<ProviderKey> KeyFor(const std::string& kid) {
    if (Stale() || !Find(kid).has_value()) Refresh();
    // Keys that could not be renewed for this long prove nothing any more.
    if (Stale()) return ProviderUnreachable();
    const std::optional<ProviderKey> key = Find(kid);
    if (!key.has_value()) return Invalid("no known key signed it");
    return *key;
  }
};

TokenVerifier::TokenVerifier(TokenVerifierOptions options, std::unique_ptr<DocumentFetcher> fetcher,
                             const Clock* clock)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(fetcher), clock)) {}

TokenVerifier::~TokenVerifier() = default;

absl::StatusOr<TokenClaims> TokenVerifier::Verify(absl::string_view token) {
  const absl::Time now = impl_->clock->Now();
  const std::string digest = Digest(token);
  if (auto known = impl_->cache.Find(digest, now); known.has_value()) {
    if (now >= known->expiry) return Expired();
    return *known;
  }
  ASSIGN_OR_RETURN(const Header header, ParseHeader(token));
  if (header.algorithm != "RS256" && header.algorithm != "ES256") {
    return Invalid("its algorithm is not allowed");
  }
  ASSIGN_OR_RETURN(const ProviderKey key, impl_->KeyFor(header.kid));
  if (key.algorithm != header.algorithm) return Invalid("its algorithm does not fit its key");
  const std::optional<std::string> payload = VerifiedPayload(token, key);
  if (!payload.has_value()) return Invalid("its signature is wrong");
  ASSIGN_OR_RETURN(const TokenClaims claims, CheckClaims(*payload, impl_->options, now));
  impl_->cache.Insert(digest, claims, now + impl_->options.cache_time);
  return claims;
}

}  // namespace oboro::platform

#include "tests/integration/matrix/token_issuer.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"

namespace oboro::testing {

class TokenIssuer::FetcherImpl final : public platform::DocumentFetcher {
 public:
  explicit FetcherImpl(TokenIssuer* issuer) : issuer_(issuer) {}
  absl::StatusOr<std::string> Get(const std::string& url) override {
    if (!issuer_->reachable_) return absl::UnavailableError("unreachable");
    const std::string base = kIssuer;
    if (url == base + "/.well-known/openid-configuration") {
      return nlohmann::json({{"issuer", base}, {"jwks_uri", base + "/jwks"}}).dump();
    }
    if (url != base + "/jwks") return absl::NotFoundError(url);
    ++issuer_->fetches_;
    return issuer_->Jwks();
  }

 private:
  TokenIssuer* const issuer_;
};

TokenIssuer::TokenIssuer() : key_(nullptr, cjose_jwk_release) { RotateKey(); }

void TokenIssuer::RotateKey() {
  cjose_err error;
  key_.reset(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
  OBORO_CHECK(key_ != nullptr);
  kid_ = absl::StrCat("key-", ++generation_);
}

std::string TokenIssuer::PublicJwk() const {
  cjose_err error;
  char* text = cjose_jwk_to_json(key_.get(), /*priv=*/false, &error);
  const std::string json = text;
  cjose_get_dealloc()(text);
  return json;
}

std::string TokenIssuer::Jwks() const {
  nlohmann::json jwk = nlohmann::json::parse(PublicJwk());
  jwk["kid"] = kid_;
  jwk["use"] = "sig";
  jwk["alg"] = "ES256";
  return nlohmann::json({{"keys", nlohmann::json::array({jwk})}}).dump();
}

nlohmann::json TokenIssuer::Header() const {
  return {{"alg", "ES256"}, {"typ", "at+jwt"}, {"kid", kid_}};
}

nlohmann::json TokenIssuer::Claims(const std::string& subject, absl::Time now) const {
  return {{"iss", kIssuer},
          {"aud", kAudience},
          {"sub", subject},
          {"iat", absl::ToUnixSeconds(now)},
          {"exp", absl::ToUnixSeconds(now + absl::Hours(1))}};
}

std::string TokenIssuer::Sign(const nlohmann::json& header, const nlohmann::json& claims,
                              cjose_jwk_t* key) const {
  cjose_err error;
  cjose_header_t* protected_header = cjose_header_new(&error);
  for (const auto& [name, value] : header.items()) {
    if (value.is_string()) {
      cjose_header_set(protected_header, name.c_str(), value.get<std::string>().c_str(), &error);
    } else {
      cjose_header_set_raw(protected_header, name.c_str(), value.dump().c_str(), &error);
    }
  }
  const std::string payload = claims.dump();
  cjose_jws_t* jws =
      cjose_jws_sign(key == nullptr ? key_.get() : key, protected_header,
                     reinterpret_cast<const uint8_t*>(payload.data()), payload.size(), &error);
  OBORO_CHECK(jws != nullptr);
  const char* text = nullptr;
  OBORO_CHECK(cjose_jws_export(jws, &text, &error));
  const std::string token = text;
  cjose_jws_release(jws);
  cjose_header_release(protected_header);
  return token;
}

std::string TokenIssuer::Token(const std::string& subject, absl::Time now) const {
  return Sign(Header(), Claims(subject, now));
}

std::unique_ptr<platform::DocumentFetcher> TokenIssuer::Fetcher() {
  return std::make_unique<FetcherImpl>(this);
}

std::string Base64Url(const std::string& bytes) { return absl::WebSafeBase64Escape(bytes); }

}  // namespace oboro::testing

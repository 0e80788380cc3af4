#include "services/platform/identity/token_verifier.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <functional>

#include "services/platform/base/status_matchers.h"
#include "services/platform/identity/jwks.h"
#include "tests/integration/matrix/token_issuer.h"

namespace oboro::platform {
namespace {

using nlohmann::json;
using oboro::testing::Base64Url;
using oboro::testing::TokenIssuer;

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest() : clock_(absl::FromUnixSeconds(1'800'000'000)) {}

  TokenVerifier& verifier() {
    if (verifier_ == nullptr) {
      TokenVerifierOptions options;
      options.issuer = TokenIssuer::kIssuer;
      options.audience = TokenIssuer::kAudience;
      options.cache_entries = 8;
      verifier_ = std::make_unique<TokenVerifier>(options, issuer_.Fetcher(), &clock_);
    }
    return *verifier_;
  }
  std::string Good(const std::string& subject = "taro") {
    return issuer_.Token(subject, clock_.Now());
  }
  // A good token with one claim changed.
  std::string With(const std::function<void(json&)>& change) {
    json claims = issuer_.Claims("taro", clock_.Now());
    change(claims);
    return issuer_.Sign(issuer_.Header(), claims);
  }

  FakeClock clock_;
  TokenIssuer issuer_;
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(TokenVerifierTest, AcceptsAGoodToken) {
  ASSERT_OK_AND_ASSIGN(const TokenClaims claims, verifier().Verify(Good()));
  EXPECT_EQ(claims.issuer, TokenIssuer::kIssuer);
  EXPECT_EQ(claims.subject, "taro");
}

TEST_F(TokenVerifierTest, AcceptsOneOfSeveralAudiences) {
  EXPECT_OK(verifier().Verify(With([](json& c) { c["aud"] = {"other", "oboro"}; })));
}

TEST_F(TokenVerifierTest, RefusesWrongClaims) {
  const std::vector<std::function<void(json&)>> changes = {
      [](json& c) { c["iss"] = "https://issuer.test/"; },
      [](json& c) { c["iss"] = 7; },
      [](json& c) { c.erase("iss"); },
      [](json& c) { c["aud"] = "oboro2"; },
      [](json& c) { c["aud"] = json::array(); },
      [](json& c) { c.erase("aud"); },
      [](json& c) { c["sub"] = ""; },
      [](json& c) { c["sub"] = std::string(256, 'a'); },
      [](json& c) { c.erase("sub"); },
      [](json& c) { c.erase("exp"); },
      [](json& c) { c["exp"] = "never"; },
      [](json& c) { c["exp"] = 1e300; },
      [&](json& c) { c["nbf"] = absl::ToUnixSeconds(clock_.Now()) + 31; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_THAT(verifier().Verify(With(changes[i])), HasReason("TOKEN_INVALID")) << i;
  }
}

TEST_F(TokenVerifierTest, ExpiresToTheSecondEvenOutOfTheCache) {
  const std::string token =
      With([&](json& c) { c["exp"] = absl::ToUnixSeconds(clock_.Now()) + 30; });
  EXPECT_OK(verifier().Verify(token));
  clock_.Advance(absl::Seconds(29));
  EXPECT_OK(verifier().Verify(token));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(verifier().Verify(token), HasReason("TOKEN_EXPIRED"));
}

TEST_F(TokenVerifierTest, RefusesEveryAlgorithmButItsOwn) {
  const std::string claims = Base64Url(issuer_.Claims("taro", clock_.Now()).dump());
  for (const char* algorithm : {"none", "None", "HS256", "HS512", "ES384", "PS256", "RS256", ""}) {
    json header = issuer_.Header();
    header["alg"] = algorithm;
    const std::string token = Base64Url(header.dump()) + "." + claims + ".";
    EXPECT_THAT(verifier().Verify(token), HasReason("TOKEN_INVALID")) << algorithm;
    EXPECT_THAT(verifier().Verify(token + Base64Url("signature")), HasReason("TOKEN_INVALID"));
  }
}

// The classic: the public key, which everybody has, taken as an HMAC secret.
TEST_F(TokenVerifierTest, RefusesThePublicKeyAsAnHmacSecret) {
  const std::string secret = issuer_.PublicJwk();
  cjose_err error;
  cjose_jwk_t* key = cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(secret.data()),
                                               secret.size(), &error);
  json header = issuer_.Header();
  header["alg"] = "HS256";
  const std::string token = issuer_.Sign(header, issuer_.Claims("taro", clock_.Now()), key);
  cjose_jwk_release(key);
  EXPECT_THAT(verifier().Verify(token), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, RefusesChangedBytes) {
  const std::string good = Good();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    const auto claims = verifier().Verify(bad);
    // The last character of base64 has bits that say nothing.
    if (claims.ok()) EXPECT_EQ(i, good.size() - 1);
  }
  for (const std::string& bad : {std::string(), std::string("a.b.c"), good + ".x", "." + good,
                                 good.substr(0, good.rfind('.')), std::string(9000, 'a')}) {
    EXPECT_THAT(verifier().Verify(bad), HasReason("TOKEN_INVALID"));
  }
}

TEST_F(TokenVerifierTest, RefusesCriticalExtensions) {
  json header = issuer_.Header();
  header["crit"] = {"exp"};
  EXPECT_THAT(verifier().Verify(issuer_.Sign(header, issuer_.Claims("taro", clock_.Now()))),
              HasReason("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, FetchesKeysForAnUnknownOneAtABoundedRate) {
  EXPECT_OK(verifier().Verify(Good("a")));
  EXPECT_EQ(issuer_.fetches(), 1);
  issuer_.RotateKey();
  // Within the bound: refused without another fetch.
  EXPECT_THAT(verifier().Verify(Good("b")), HasReason("TOKEN_INVALID"));
  EXPECT_EQ(issuer_.fetches(), 1);
  clock_.Advance(absl::Seconds(10));
  EXPECT_OK(verifier().Verify(Good("b")));
  EXPECT_EQ(issuer_.fetches(), 2);
}

TEST_F(TokenVerifierTest, DropsAWithdrawnKeyInTime) {
  const std::string old_token = issuer_.Sign(issuer_.Header(), [&] {
    json claims = issuer_.Claims("taro", clock_.Now());
    claims["exp"] = absl::ToUnixSeconds(clock_.Now() + absl::Hours(10));
    return claims;
  }());
  EXPECT_OK(verifier().Verify(old_token));
  issuer_.RotateKey();
  clock_.Advance(absl::Minutes(11));
  EXPECT_THAT(verifier().Verify(old_token), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, TellsThatTheProviderIsUnreachable) {
  issuer_.set_reachable(false);
  EXPECT_THAT(verifier().Verify(Good()), HasReason("IDENTITY_PROVIDER_UNREACHABLE"));
  issuer_.set_reachable(true);
  clock_.Advance(absl::Seconds(10));
  EXPECT_OK(verifier().Verify(Good()));
}

TEST_F(TokenVerifierTest, TheCacheIsBoundedAndChangesNoAnswer) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 50; ++i) tokens.push_back(Good("user-" + std::to_string(i)));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 50; ++i) {
      ASSERT_OK_AND_ASSIGN(const TokenClaims claims, verifier().Verify(tokens[i]));
      EXPECT_EQ(claims.subject, "user-" + std::to_string(i));
    }
  }
}

TEST(JwksTest, LeavesOutWhatIsNotForThisUse) {
  TokenIssuer issuer;
  json good = json::parse(issuer.Jwks())["keys"][0];
  const auto keys_with = [&](const char* field, const json& value) {
    json key = good;
    key[field] = value;
    return ParseJwks(json({{"keys", json::array({key})}}).dump())->size();
  };
  EXPECT_EQ(keys_with("use", "sig"), 1u);
  EXPECT_EQ(keys_with("use", "enc"), 0u);
  EXPECT_EQ(keys_with("alg", "ES384"), 0u);
  EXPECT_EQ(keys_with("kty", "oct"), 0u);
  EXPECT_EQ(keys_with("crv", "P-384"), 0u);
  EXPECT_EQ(keys_with("kid", ""), 0u);
  EXPECT_FALSE(ParseJwks("[]").ok());
  EXPECT_FALSE(ParseJwks("{\"keys\":{}}").ok());
}

TEST(JwksTest, TheDiscoveryDocumentMustBeOfThisIssuerAndHttps) {
  EXPECT_TRUE(ParseJwksUri(R"({"issuer":"https://a","jwks_uri":"https://a/j"})", "https://a").ok());
  EXPECT_FALSE(
      ParseJwksUri(R"({"issuer":"https://b","jwks_uri":"https://a/j"})", "https://a").ok());
  EXPECT_FALSE(ParseJwksUri(R"({"issuer":"https://a","jwks_uri":"http://a/j"})", "https://a").ok());
  EXPECT_FALSE(ParseJwksUri("[]", "https://a").ok());
}

}  // namespace
}  // namespace oboro::platform

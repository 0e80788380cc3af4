#include "services/platform/identity/jwks.h"

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace oboro::platform {
namespace {

constexpr size_t kMinRsaBits = 2048;

std::string Text(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

// The algorithm that keys of this type are used with; empty for keys that are not used at all.
std::string AlgorithmOf(const nlohmann::json& key) {
  if (const std::string use = Text(key, "use"); !use.empty() && use != "sig") return "";
  const std::string kty = Text(key, "kty");
  std::string algorithm;
  if (kty == "RSA") algorithm = "RS256";
  if (kty == "EC" && Text(key, "crv") == "P-256") algorithm = "ES256";
  const std::string named = Text(key, "alg");
  return named.empty() || named == algorithm ? algorithm : "";
}

std::shared_ptr<cjose_jwk_t> Import(const nlohmann::json& key) {
  const std::string text = key.dump();
  cjose_err error;
  cjose_jwk_t* jwk = cjose_jwk_import(text.data(), text.size(), &error);
  if (jwk == nullptr) return nullptr;
  return std::shared_ptr<cjose_jwk_t>(jwk, [](cjose_jwk_t* p) { cjose_jwk_release(p); });
}

}  // namespace

absl::StatusOr<ProviderKeys> ParseJwks(absl::string_view json) {
  const auto document = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (!document.is_object() || !document.contains("keys") || !document["keys"].is_array()) {
    return absl::InvalidArgumentError("the provider's key set is no JWK set");
  }
  ProviderKeys keys;
  for (const nlohmann::json& entry : document["keys"]) {
    if (!entry.is_object()) continue;
    const std::string kid = Text(entry, "kid");
    const std::string algorithm = AlgorithmOf(entry);
    if (kid.empty() || algorithm.empty()) continue;
    std::shared_ptr<cjose_jwk_t> jwk = Import(entry);
    if (jwk == nullptr) continue;
    cjose_err error;
    if (algorithm == "RS256" && cjose_jwk_get_keysize(jwk.get(), &error) < kMinRsaBits) continue;
    keys[kid] = {std::move(jwk), algorithm};
  }
  return keys;
}

absl::StatusOr<std::string> ParseJwksUri(absl::string_view json, absl::string_view issuer) {
  const auto document = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (!document.is_object()) {
    return absl::InvalidArgumentError("the provider's discovery document is no JSON object");
  }
  if (Text(document, "issuer") != std::string(issuer)) {
    return absl::InvalidArgumentError("the discovery document names another issuer");
  }
  const std::string uri = Text(document, "jwks_uri");
  if (!absl::StartsWith(uri, "https://")) {
    return absl::InvalidArgumentError("the discovery document's jwks_uri is not https");
  }
  return uri;
}

}  // namespace oboro::platform

#include "services/cli/token.h"

#include <openssl/sha.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/cli/files.h"
#include "services/cli/http.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

// A token is renewed this long before it ends, so that a call never starts with a dying one.
constexpr absl::Duration kMargin = absl::Seconds(30);

absl::Status LoginFailed(absl::string_view detail) {
  return platform::ReasonedError(
      absl::StatusCode::kUnauthenticated,
      {"LOGIN_FAILED",
       absl::StrCat("The OpenID provider refused the login: ", detail, "."),
       absl::StrCat("認証サーバーがログインを拒否しました（", detail, "）。"),
       {}});
}

absl::Status LoginNeeded(const std::string& profile) {
  return platform::ReasonedError(absl::StatusCode::kUnauthenticated,
                                 {"LOGIN_NEEDED",
                                  absl::StrCat("Nobody is logged in as ", profile,
                                               ". Run: oboro login --device, or --as NAME "
                                               "of a known client."),
                                  "ログインしていません。oboro login を実行してください。",
                                  {}});
}

nlohmann::json ParseBody(const HttpResponse& response) {
  auto json = nlohmann::json::parse(response.body, nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

Token TokenFrom(const nlohmann::json& json) {
  return {json.value("access_token", ""), absl::Now() + absl::Seconds(json.value("expires_in", 0))};
}

// Where the provider says its endpoints are (OpenID Connect Discovery 1.0).
absl::StatusOr<std::string> Endpoint(const Settings& settings, const std::string& name) {
  ASSIGN_OR_RETURN(const HttpResponse response,
                   Get(settings.issuer + "/.well-known/openid-configuration", settings.ca_path));
  const std::string endpoint = ParseBody(response).value(name, "");
  if (endpoint.empty()) return LoginFailed(absl::StrCat("it names no ", name));
  return endpoint;
}

std::string CachePath(const Settings& settings, const std::string& profile) {
  const std::string key = settings.issuer + "\n" + profile;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest);
  return settings.token_cache + "/" +
         absl::BytesToHexString({reinterpret_cast<const char*>(digest), 16}) + ".json";
}

}  // namespace

absl::StatusOr<Token> ClientCredentials(const Settings& settings, const std::string& client) {
  const auto known = settings.clients.find(client);
  if (known == settings.clients.end()) return LoginNeeded(client);
  ASSIGN_OR_RETURN(const std::string endpoint, Endpoint(settings, "token_endpoint"));
  ASSIGN_OR_RETURN(const HttpResponse response,
                   PostForm(endpoint, settings.ca_path,
                            {{"grant_type", "client_credentials"}, {"scope", settings.scope}},
                            client, known->second));
  const auto json = ParseBody(response);
  if (response.code != 200) return LoginFailed(json.value("error", "no reason given"));
  return TokenFrom(json);
}

absl::StatusOr<Token> DeviceFlow(
    const Settings& settings,
    const std::function<void(const std::string& url, const std::string& code)>& show) {
  ASSIGN_OR_RETURN(const std::string device, Endpoint(settings, "device_authorization_endpoint"));
  ASSIGN_OR_RETURN(const std::string endpoint, Endpoint(settings, "token_endpoint"));
  ASSIGN_OR_RETURN(const HttpResponse started, PostForm(device, settings.ca_path,
                                                        {{"client_id", settings.device_client_id},
                                                         {"scope", "openid " + settings.scope}}));
  const auto begin = ParseBody(started);
  if (started.code != 200) return LoginFailed(begin.value("error", "no reason given"));
  show(begin.value("verification_uri_complete", begin.value("verification_uri", "")),
       begin.value("user_code", ""));

  absl::Duration interval = absl::Seconds(begin.value("interval", 5));
  const absl::Time end = absl::Now() + absl::Seconds(begin.value("expires_in", 600));
  while (absl::Now() < end) {
    ASSIGN_OR_RETURN(const HttpResponse response,
                     PostForm(endpoint, settings.ca_path,
                              {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                               {"device_code", begin.value("device_code", "")},
                               {"client_id", settings.device_client_id}}));
    const auto json = ParseBody(response);
    if (response.code == 200) return TokenFrom(json);
    const std::string error = json.value("error", "");
    if (error == "slow_down") {
      interval += absl::Seconds(5);
    } else if (error != "authorization_pending") {
      return LoginFailed(error);
    }
    absl::SleepFor(interval);
  }
  return LoginFailed("the code was not confirmed in time");
}

absl::Status SaveToken(const Settings& settings, const std::string& profile, const Token& token) {
  std::error_code error;
  std::filesystem::create_directories(settings.token_cache, error);
  std::filesystem::permissions(settings.token_cache, std::filesystem::perms::owner_all, error);
  const nlohmann::json json = {{"access_token", token.access_token},
                               {"expires", absl::ToUnixSeconds(token.expires)}};
  return WriteFile(CachePath(settings, profile), json.dump(), 0600);
}

absl::StatusOr<Token> LoadToken(const Settings& settings, const std::string& profile,
                                absl::Time now) {
  const auto text = ReadFile(CachePath(settings, profile));
  if (!text.ok()) return LoginNeeded(profile);
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return LoginNeeded(profile);
  Token token{json.value("access_token", ""),
              absl::FromUnixSeconds(json.value("expires", int64_t{0}))};
  if (token.expires - kMargin < now) return LoginNeeded(profile);
  return token;
}

absl::Status ForgetToken(const Settings& settings, const std::string& profile) {
  unlink(CachePath(settings, profile).c_str());
  return absl::OkStatus();
}

}  // namespace oboro::cli

#include "services/cli/http.h"

#include <curl/curl.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

constexpr long kTimeoutSeconds = 30;

size_t Collect(char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

std::string Encode(CURL* curl, const std::map<std::string, std::string>& form) {
  std::string encoded;
  for (const auto& [key, value] : form) {
    char* escaped = curl_easy_escape(curl, value.data(), static_cast<int>(value.size()));
    absl::StrAppend(&encoded, encoded.empty() ? "" : "&", key, "=", escaped);
    curl_free(escaped);
  }
  return encoded;
}

absl::StatusOr<HttpResponse> Perform(CURL* curl, const std::string& url,
                                     const std::string& ca_path) {
  HttpResponse response;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CAINFO, ca_path.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Collect);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) {
    return platform::ReasonedError(
        absl::StatusCode::kUnavailable,
        {"PROVIDER_UNREACHABLE",
         absl::StrCat("Cannot reach ", url, ": ", curl_easy_strerror(code),
                      ". Check that the OpenID provider runs."),
         "認証サーバーに接続できません。起動しているか確かめてください。",
         {}});
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.code);
  return response;
}

}  // namespace

absl::StatusOr<HttpResponse> PostForm(const std::string& url, const std::string& ca_path,
                                      const std::map<std::string, std::string>& form,
                                      const std::string& user, const std::string& password) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  const std::string body = Encode(curl.get(), form);
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  if (!user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password.c_str());
  }
  return Perform(curl.get(), url, ca_path);
}

absl::StatusOr<HttpResponse> Get(const std::string& url, const std::string& ca_path) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  return Perform(curl.get(), url, ca_path);
}

}  // namespace oboro::cli

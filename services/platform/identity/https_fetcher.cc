#include <curl/curl.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/identity/token_verifier.h"

namespace oboro::platform {
namespace {

constexpr size_t kMaxDocument = 1 << 20;
constexpr long kTimeoutMs = 5000;

size_t Append(char* data, size_t size, size_t count, void* out) {
  auto* text = static_cast<std::string*>(out);
  if (text->size() + size * count > kMaxDocument) return 0;
  text->append(data, size * count);
  return size * count;
}

class HttpsFetcher final : public DocumentFetcher {
 public:
  explicit HttpsFetcher(std::string ca_path) : ca_path_(std::move(ca_path)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  }

  absl::StatusOr<std::string> Get(const std::string& url) override {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    if (curl == nullptr) return absl::UnavailableError("libcurl could not be started");
    std::string body;
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_path_.c_str());
    // The one authority configured, not the system's beside it.
    curl_easy_setopt(curl.get(), CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(curl.get(), CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kTimeoutMs);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Append);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) {
      return absl::UnavailableError(absl::StrCat(url, ": ", curl_easy_strerror(code)));
    }
    return body;
  }

 private:
  const std::string ca_path_;
};

}  // namespace

std::unique_ptr<DocumentFetcher> MakeHttpsFetcher(const std::string& ca_path) {
  return std::make_unique<HttpsFetcher>(ca_path);
}

}  // namespace oboro::platform

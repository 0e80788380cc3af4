#include <curl/curl.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/telemetry/metrics.h"
#include "services/platform/telemetry/probe_server.h"

namespace oboro::platform {
namespace {

using ::testing::HasSubstr;

struct HttpAnswer {
  long code = 0;
  std::string body;
};

HttpAnswer Get(int port, const std::string& path) {
  HttpAnswer answer;
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, absl::StrCat("http://127.0.0.1:", port, path).c_str());
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char* data, size_t size, size_t n, void* out) {
        static_cast<std::string*>(out)->append(data, size * n);
        return size * n;
      });
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  EXPECT_EQ(curl_easy_perform(curl), CURLE_OK);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.code);
  curl_easy_cleanup(curl);
  return answer;
}

TEST(MetricsTest, CountsAndObserves) {
  Count(metrics::kRpcCalls, "/a.B/C", "OK");
  Count(metrics::kRpcCalls, "/a.B/C", "OK");
  Observe(metrics::kRpcSeconds, 0.003, "/a.B/C");
  const std::string text = MetricsText();
  EXPECT_THAT(text, HasSubstr("oboro_rpc_calls_total{code=\"OK\",method=\"/a.B/C\"} 2"));
  EXPECT_THAT(text, HasSubstr("oboro_rpc_seconds_bucket{method=\"/a.B/C\",le=\"0.0025\"} 0"));
  EXPECT_THAT(text, HasSubstr("oboro_rpc_seconds_bucket{method=\"/a.B/C\",le=\"0.005\"} 1"));
}

TEST(MetricsTest, NoLabelCanNameATenantOrAPerson) {
  const std::set<std::string> closed = {"", "method", "code", "name", "kind", "state", "outcome"};
  for (const MetricDefinition& metric : metrics::kCatalogue) {
    for (const char* label : metric.labels) EXPECT_TRUE(closed.contains(label)) << label;
  }
}

TEST(ProbeServerTest, TellsHealthAndMetricsAndNothingElse) {
  std::string fault;
  ASSERT_OK_AND_ASSIGN(auto server, ProbeServer::Start("127.0.0.1:0", [&] { return fault; }));
  EXPECT_EQ(Get(server->port(), "/healthz").code, 200);
  fault = "database unreachable";
  const HttpAnswer sick = Get(server->port(), "/healthz");
  EXPECT_EQ(sick.code, 503);
  EXPECT_EQ(sick.body, "database unreachable\n");
  Count(metrics::kJobs, "upload.check", "SUCCEEDED");
  EXPECT_THAT(Get(server->port(), "/metrics").body, HasSubstr("oboro_jobs_total"));
  EXPECT_EQ(Get(server->port(), "/").code, 404);
}

TEST(ProbeServerTest, RefusesWhatIsNoAddress) {
  for (const char* listen : {"", "127.0.0.1", "127.0.0.1:99999", "example.com:1", "a:b:c"}) {
    EXPECT_THAT(ProbeServer::Start(listen, [] { return ""; }).status(), HasReason("CANNOT_LISTEN"));
  }
}

}  // namespace
}  // namespace oboro::platform

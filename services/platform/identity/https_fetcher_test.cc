#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/identity/token_verifier.h"

namespace oboro::platform {
namespace {

// openssl s_server -WWW on loopback, with a certificate of a private authority.
class HttpsFetcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char path[] = "/tmp/oboro-https-XXXXXX";
    OBORO_CHECK(mkdtemp(path) != nullptr);
    folder_ = path;
    for (const char* name : {"ours", "other"}) {
      Shell(absl::StrCat("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc ",
                         "-days 2 -subj /CN=", name, " -addext subjectAltName=DNS:localhost ",
                         "-keyout ", folder_, "/", name, ".key -out ", folder_, "/", name,
                         ".crt 2>/dev/null"));
    }
    Shell(absl::StrCat("echo '{}' > ", folder_, "/keys; head -c 1200000 /dev/zero > ", folder_,
                       "/huge"));
    port_ = 40000 + getpid() % 20000;
    server_ = fork();
    if (server_ == 0) {
      OBORO_CHECK(chdir(folder_.c_str()) == 0);
      execlp("openssl", "openssl", "s_server", "-accept", absl::StrCat(port_).c_str(), "-cert",
             "ours.crt", "-key", "ours.key", "-WWW", "-quiet", nullptr);
      _exit(127);
    }
  }
  void TearDown() override {
    kill(server_, SIGKILL);
    waitpid(server_, nullptr, 0);
    Shell("rm -rf " + folder_);
  }
  static void Shell(const std::string& command) { OBORO_CHECK(std::system(command.c_str()) == 0); }
  // The server needs a moment to listen.
  absl::StatusOr<std::string> Get(const std::string& ca, const std::string& url) {
    const auto fetcher = MakeHttpsFetcher(folder_ + "/" + ca);
    absl::StatusOr<std::string> answer;
    for (int attempt = 0; attempt < 100; ++attempt) {
      answer = fetcher->Get(url);
      const bool waiting = !answer.ok() && std::string(answer.status().message()).find("connect") !=
                                               std::string::npos;
      if (!waiting) break;
      absl::SleepFor(absl::Milliseconds(50));
    }
    return answer;
  }
  std::string Url(const std::string& path) {
    return absl::StrCat("https://localhost:", port_, "/", path);
  }

  std::string folder_;
  int port_ = 0;
  pid_t server_ = -1;
};

TEST_F(HttpsFetcherTest, TrustsTheGivenAuthorityOnlyAndBoundsWhatItReads) {
  EXPECT_THAT(Get("ours.crt", Url("keys")), IsOkAndHolds("{}\n"));
  EXPECT_FALSE(Get("other.crt", Url("keys")).ok());
  EXPECT_FALSE(Get("ours.crt", Url("huge")).ok());
  EXPECT_FALSE(Get("ours.crt", absl::StrCat("http://localhost:", port_, "/keys")).ok());
  EXPECT_FALSE(Get("ours.crt", "file:///etc/hostname").ok());
}

}  // namespace
}  // namespace oboro::platform

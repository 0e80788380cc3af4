#include "services/platform/config/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"

namespace oboro::platform {
namespace {

using ::testing::HasSubstr;

constexpr char kComplete[] = R"(listen: 127.0.0.1:7000
metrics_listen: 127.0.0.1:7001
tls: {ca: /s/ca.crt, certs_dir: /s/certs}
peers:
  tenancy: localhost:1
  upload: localhost:2
  abstraction: localhost:3
  verification: localhost:4
  aggregation: localhost:5
oidc: {issuer: "https://localhost:9", audience: oboro, ca: /s/ca.crt}
database: {host: 127.0.0.1, port: 5433, name: oboro, sslrootcert: /s/ca.crt, certs_dir: /s/pg}
pkcs11: {module: /m.so, token_label: oboro, pin_file: /s/pin}
objects: {dir: /s/objects}
)";

TEST(ConfigTest, ReadsACompleteDocument) {
  ASSERT_OK_AND_ASSIGN(const Config config, ParseConfig("c.yaml", kComplete, {}));
  EXPECT_EQ(config.listen, "127.0.0.1:7000");
  EXPECT_EQ(config.database.port, 5433);
  EXPECT_EQ(config.peers.at("verification"), "localhost:4");
  EXPECT_EQ(config.tls.server, "oborod");
}

TEST(ConfigTest, RefusesAnUnknownKeyWithItsLine) {
  const std::string yaml = absl::StrCat(kComplete, "limits:\n  calls_per_tennant: 3\n");
  const absl::Status status = ParseConfig("c.yaml", yaml, {}).status();
  EXPECT_THAT(status, HasReason("CONFIG_INVALID"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("c.yaml:15"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("limits.calls_per_tennant"));
}

TEST(ConfigTest, RefusesWrongTypesRangesAndRepetition) {
  for (const char* more :
       {"workers: {threads: many}\n", "workers: {threads: 65}\n", "reflection: yes\n",
        "listen: [a]\n", "objects: {dir: /other}\n", "limits: 7\n", "a: b: c\n"}) {
    EXPECT_THAT(ParseConfig("c.yaml", absl::StrCat(kComplete, more), {}).status(),
                HasReason("CONFIG_INVALID"))
        << more;
  }
}

TEST(ConfigTest, NamesWhatIsMissing) {
  const absl::Status status = ParseConfig("c.yaml", "listen: 127.0.0.1:7000\n", {}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("OBORO_METRICS_LISTEN"));
}

TEST(ConfigTest, EnvironmentLiesOverTheFile) {
  ASSERT_OK_AND_ASSIGN(
      const Config config,
      ParseConfig("c.yaml", kComplete, {{"OBORO_DATABASE_PORT", "7777"}, {"OBORO_OTHER", "x"}}));
  EXPECT_EQ(config.database.port, 7777);
  EXPECT_THAT(ParseConfig("c.yaml", kComplete, {{"OBORO_DATABASE_PORT", "0"}}).status(),
              HasReason("CONFIG_INVALID"));
}

TEST(ConfigTest, EveryKeyIsDocumented) {
  std::ifstream file("docs/configuration.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const std::string& key : ConfigKeys()) {
    EXPECT_THAT(text.str(), HasSubstr(absl::StrCat("`", key, "`")));
  }
}

}  // namespace
}  // namespace oboro::platform

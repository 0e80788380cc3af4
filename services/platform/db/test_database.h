#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"
#include "services/platform/db/db.h"

namespace oboro::platform {

// A private PostgreSQL cluster with every migration (tests/db/cluster.sh, about 1.5 s), ended with
// the object. Link oboro_platform_test_database.
class TestDatabase {
 public:
  TestDatabase() {
    char path[] = "/tmp/oboro-test-XXXXXX";
    OBORO_CHECK(mkdtemp(path) != nullptr);
    directory_ = path;
    Cluster("start");
    std::ifstream(directory_ + "/port") >> port_;
  }
  ~TestDatabase() {
    superuser_.reset();
    Cluster("stop");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // How a service connects; role as "oboro_upload".
  DbOptions Options(const std::string& role) const {
    DbOptions options;
    options.host = "127.0.0.1";
    options.port = port_;
    options.database = "oboro";
    options.role = role;
    options.ca_path = directory_ + "/pki/ca.crt";
    options.cert_path = directory_ + "/pki/" + role + ".crt";
    options.key_path = directory_ + "/pki/" + role + ".key";
    return options;
  }

  std::unique_ptr<Db> Open(const std::string& role) const {
    auto db = Db::Open(Options(role));
    if (!db.ok()) ADD_FAILURE() << db.status();
    OBORO_CHECK(db.ok());
    return *std::move(db);
  }

  // As superuser, past row-level security: to arrange and to look behind.
  pqxx::result Sql(const std::string& statement) {
    if (superuser_ == nullptr) {
      superuser_ = std::make_unique<pqxx::connection>(
          absl::StrCat("host=", directory_, "/socket port=", port_, " user=postgres dbname=oboro"));
    }
    pqxx::nontransaction session(*superuser_);
    return session.exec(statement);
  }

  // A tenant with department "shimin", a generous quota and no usage.
  TenantContext AddTenant(const std::string& id, const std::string& municipality_code) {
    Sql(absl::StrCat("INSERT INTO tenancy.tenants VALUES ('", id, "', '", municipality_code, "', '",
                     id, "市', 250000, 'ACTIVE', now())"));
    Sql(absl::StrCat("INSERT INTO tenancy.departments VALUES ('", id,
                     "', 'shimin', '市民窓口課', now())"));
    Sql(absl::StrCat("INSERT INTO tenancy.quotas VALUES ('", id, "', 1000000000, 10000000, 4)"));
    Sql(absl::StrCat("INSERT INTO tenancy.usage (tenant_id) VALUES ('", id, "')"));
    return Tenant(id, municipality_code);
  }

  static TenantContext Tenant(const std::string& id, const std::string& code,
                              TenantState state = TenantState::kActive) {
    return TenantContext::MakeResolved(id, code, 250000, state);
  }

  // Ends every connection as a crash does; the server comes back on the same port.
  void Restart() {
    superuser_.reset();
    Cluster("restart");
  }

  int port() const { return port_; }
  const std::string& directory() const { return directory_; }

 private:
  void Cluster(const std::string& verb) {
    const std::string command =
        absl::StrCat("OBORO_CLUSTER_OWNER=", getpid(), " ", OBORO_SOURCE_DIR,
                     "/tests/db/cluster.sh ", verb, " ", directory_);
    OBORO_CHECK(std::system(command.c_str()) == 0);
  }

  std::string directory_;
  int port_ = 0;
  std::unique_ptr<pqxx::connection> superuser_;
};

// One cluster for all tests of a suite.
class DatabaseTest : public ::testing::Test {
 public:
  static void SetUpTestSuite() { database_ = std::make_unique<TestDatabase>(); }
  static void TearDownTestSuite() { database_.reset(); }

 protected:
  static TestDatabase& database() { return *database_; }

 private:
  inline static std::unique_ptr<TestDatabase> database_;
};

}  // namespace oboro::platform

#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/platform/base/clock.h"
#include "services/platform/config/config.h"
#include "services/platform/db/test_database.h"
#include "services/platform/keys/testing/soft_token.h"
#include "services/platform/rpc/module.h"
#include "services/platform/rpc/server.h"
#include "tests/integration/matrix/token_issuer.h"

namespace oboro::testing {

// Every service in one process as oborod runs them: real TLS listener, real PostgreSQL, SoftHSM
// token, directory store. Only the fetch of the provider's keys is ours. One at a time in a process
// (SoftHSM).
class Harness {
 public:
  // `stream_idle_seconds`: another limit of that name than the usual.
  explicit Harness(const std::vector<platform::ModuleEntry>& modules, int stream_idle_seconds = 60);
  ~Harness();

  // A channel of its own, without a client certificate or with a service's ("upload").
  std::shared_ptr<grpc::Channel> Channel(const std::string& service = "");

  // Calls that reached their handler, as "method actor", since the last TakeAdmitted.
  std::vector<std::string> TakeAdmitted();

  platform::TestDatabase& database() { return database_; }
  TokenIssuer& issuer() { return *issuer_; }
  // The server's own.
  platform::KeyManager& keys() { return *keys_; }
  platform::FakeClock& clock() { return clock_; }
  const std::string& folder() const { return folder_; }
  platform::Server& server() { return *server_; }

  // Makes `subject` a member by a row of his own.
  void AddMember(const std::string& tenant, const std::string& subject, const std::string& role);
  void AddOperator(const std::string& subject);

 private:
  void MakeCertificates();
  platform::Config MakeConfig(int stream_idle_seconds);

  std::string folder_;
  platform::TestDatabase database_;
  std::unique_ptr<platform::SoftToken> token_;
  platform::FakeClock clock_;
  std::unique_ptr<TokenIssuer> issuer_;
  platform::KeyManager* keys_ = nullptr;
  std::mutex mutex_;
  std::vector<std::string> admitted_;
  std::unique_ptr<platform::Server> server_;
};

}  // namespace oboro::testing

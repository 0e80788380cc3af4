#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/base/clock.h"
#include "services/platform/config/config.h"
#include "services/platform/identity/token_verifier.h"
#include "services/platform/rpc/module.h"

namespace oboro::platform {

// What a test may replace. Empty members mean the real thing.
struct ServerParts {
  const Clock* clock = nullptr;
  std::unique_ptr<DocumentFetcher> fetcher;
  std::unique_ptr<KeyManager> keys;
  std::unique_ptr<ObjectStore> objects;
  std::function<void(const CallContext&)> on_admitted;  // AdapterOptions
};

// All services of one process on one TLS listener, with health and metrics on a plain one.
class Server {
 public:
  // Opens database, token and store for every service, checks them, listens and starts the modules.
  // Whatever is not as it must be stops here, with its reason.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Config& config,
                                                       const std::vector<ModuleEntry>& modules,
                                                       ServerParts parts = {});
  ~Server();

  int port() const;
  int metrics_port() const;

  // Tells health checks to look elsewhere, lets running calls end within `drain`, cancels the rest,
  // stops the modules. Idempotent.
  void Stop(absl::Duration drain);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// No core file and no ptrace by others of the same user: memory holds keys and records.
absl::Status HardenProcess();

// main() of every service binary, after the job child was dispatched: reads --config, hardens the
// process, serves until SIGTERM or SIGINT, drains. Answers the exit code: 0 stopped, 1 could not
// start, 2 wrong arguments.
int ServerMain(int argc, char** argv, const std::vector<ModuleEntry>& modules);

}  // namespace oboro::platform

#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/platform/base/clock.h"
#include "services/platform/config/config.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/key_manager.h"
#include "services/platform/objects/object_store.h"
#include "services/platform/rpc/adapter.h"
#include "services/platform/rpc/client_call.h"

namespace oboro::platform {

// All that a service is built from, made once for each service of the process by the server runner
// (rpc/server.h) or by a test. Pointers are never null and outlive the module.
struct ModuleContext {
  std::string service;             // As "upload": the certificate and the database role.
  const Config* config = nullptr;  // limits, workers
  Db* db = nullptr;                // As oboro_<service>.
  KeyManager* keys = nullptr;
  ObjectStore* objects = nullptr;
  const Clock* clock = nullptr;
  Adapter* adapter = nullptr;
  PeerChannels* peers = nullptr;  // peers->Channel("abstraction"), with this service's certificate.
  // For jobs/ Worker: whether an actor may still call a method in a tenant.
  std::function<absl::Status(const TenantContext&, const std::string& actor,
                             const std::string& permission)>
      authorize;
  // Unique in the instance, for WorkerOptions.owner: "<service>@<host>:<pid>:<random>".
  std::string owner;
};

// One service: its gRPC classes and what it runs beside them.
class ServiceModule {
 public:
  virtual ~ServiceModule() = default;
  // Registered on the listener; owned by the module.
  virtual std::vector<grpc::Service*> Services() = 0;
  // Starts workers, once the listener serves. A failure stops the process.
  virtual absl::Status Start() { return absl::OkStatus(); }
  // Ends what would otherwise not end by itself (watching); called before calls are drained.
  virtual void Drain() {}
  // Lets work go back to the queue and joins; called once calls were drained.
  virtual void Stop() {}
};

// A service that a process runs: its name and how its module is made.
struct ModuleEntry {
  std::string service;
  std::function<std::unique_ptr<ServiceModule>(const ModuleContext&)> make;
};

}  // namespace oboro::platform

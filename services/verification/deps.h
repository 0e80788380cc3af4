#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/platform/base/clock.h"

namespace oboro::platform {
class Db;
class KeyManager;
class ObjectStore;
}  // namespace oboro::platform

namespace oboro::verification {

// The other services, as this one asks them.
class Peers {
 public:
  virtual ~Peers() = default;
  virtual absl::StatusOr<abstraction::v1::Abstraction> GetAbstraction(const std::string& name) = 0;
  // `version` 0: the newest.
  virtual absl::StatusOr<tenancy::v1::Policy> GetPolicy(const std::string& name, int version) = 0;
};

// What the handlers and the job stand on. Nothing is owned; all outlive them.
struct Deps {
  platform::Db* db = nullptr;
  platform::KeyManager* keys = nullptr;
  platform::ObjectStore* objects = nullptr;
  const platform::Clock* clock = nullptr;
  Peers* peers = nullptr;
  int64_t child_memory_bytes = 3LL << 30;
};

}  // namespace oboro::verification

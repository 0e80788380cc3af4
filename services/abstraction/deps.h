#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "oboro/upload/v1/upload.pb.h"
#include "services/platform/base/clock.h"

namespace oboro::platform {
class Db;
class KeyManager;
class ObjectStore;
}  // namespace oboro::platform

namespace oboro::abstraction {

// Upload, as this service asks it.
class Peers {
 public:
  virtual ~Peers() = default;
  virtual absl::StatusOr<upload::v1::Snapshot> GetSnapshot(const std::string& name) = 0;
  virtual absl::StatusOr<upload::v1::Dataset> GetDataset(const std::string& name) = 0;
  virtual absl::Status DestroySnapshot(const std::string& name) = 0;
};

// What the handlers and the jobs stand on. Nothing is owned; all outlive them.
struct Deps {
  platform::Db* db = nullptr;
  platform::KeyManager* keys = nullptr;
  platform::ObjectStore* objects = nullptr;
  const platform::Clock* clock = nullptr;
  Peers* peers = nullptr;
  int64_t child_memory_bytes = 3LL << 30;
};

}  // namespace oboro::abstraction

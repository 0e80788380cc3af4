#pragma once

#include <cstdint>

#include "services/platform/base/clock.h"

namespace oboro::platform {
class Db;
class KeyManager;
class ObjectStore;
class PeerChannels;
}  // namespace oboro::platform

namespace oboro::aggregation {

// What the handlers and the job stand on. Nothing is owned; all outlive them.
struct Deps {
  platform::Db* db = nullptr;
  platform::KeyManager* keys = nullptr;
  platform::ObjectStore* objects = nullptr;
  platform::PeerChannels* peers = nullptr;
  const platform::Clock* clock = nullptr;
  int64_t child_memory_bytes = 3LL << 30;
};

}  // namespace oboro::aggregation

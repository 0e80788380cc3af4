#pragma once

#include <cstdint>

#include "services/platform/base/clock.h"

namespace oboro::platform {
class Db;
class KeyManager;
class ObjectStore;
}  // namespace oboro::platform

namespace oboro::upload {

// What the handlers and the job stand on. Nothing is owned; all outlive them.
struct Deps {
  platform::Db* db = nullptr;
  platform::KeyManager* keys = nullptr;
  platform::ObjectStore* objects = nullptr;
  const platform::Clock* clock = nullptr;
  int64_t commit_bytes = 16 << 20;         // An append is made durable at least this often.
  int64_t child_memory_bytes = 3LL << 30;  // Of the check's child.
};

}  // namespace oboro::upload

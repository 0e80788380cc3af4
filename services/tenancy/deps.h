#pragma once

#include "absl/time/time.h"
#include "services/platform/base/clock.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/key_manager.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {
class PeerChannels;
}  // namespace oboro::platform

namespace oboro::tenancy {

// What the handlers stand on. Not owned.
struct Deps {
  platform::Db* db = nullptr;
  platform::KeyManager* keys = nullptr;
  platform::ObjectStore* objects = nullptr;
  const platform::Clock* clock = nullptr;
  platform::PeerChannels* peers = nullptr;
};

}  // namespace oboro::tenancy

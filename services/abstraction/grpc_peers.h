#pragma once

#include <string>

#include "services/abstraction/deps.h"

namespace oboro::platform {
class PeerChannels;
}  // namespace oboro::platform

namespace oboro::abstraction {

// The other services over gRPC, with this service's certificate. Thread-safe.
class GrpcPeers final : public Peers {
 public:
  explicit GrpcPeers(platform::PeerChannels* channels) : channels_(channels) {}

  absl::StatusOr<upload::v1::Snapshot> GetSnapshot(const std::string& name) override;
  absl::StatusOr<upload::v1::Dataset> GetDataset(const std::string& name) override;
  absl::Status DestroySnapshot(const std::string& name) override;

 private:
  platform::PeerChannels* channels_;
};

}  // namespace oboro::abstraction

#pragma once

#include <string>

#include "services/verification/deps.h"

namespace oboro::platform {
class PeerChannels;
}  // namespace oboro::platform

namespace oboro::verification {

// The other services over gRPC, with this service's certificate. Thread-safe.
class GrpcPeers final : public Peers {
 public:
  explicit GrpcPeers(platform::PeerChannels* channels) : channels_(channels) {}

  absl::StatusOr<abstraction::v1::Abstraction> GetAbstraction(const std::string& name) override;
  absl::StatusOr<tenancy::v1::Policy> GetPolicy(const std::string& name, int version) override;

 private:
  platform::PeerChannels* channels_;
};

}  // namespace oboro::verification

#pragma once

#include <cjose/cjose.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// A public key of the provider and the one algorithm that it may be used with.
struct ProviderKey {
  std::shared_ptr<cjose_jwk_t> jwk;
  std::string algorithm;  // RS256 or ES256, by the key's type: never by the token.
};

// kid -> key.
using ProviderKeys = std::map<std::string, ProviderKey>;

// Reads a JWK set. Keys that are not for signatures, of another type than RSA (2048 bits and more)
// or EC P-256, or without a kid are left out.
absl::StatusOr<ProviderKeys> ParseJwks(absl::string_view json);

// Where a provider's discovery document says its keys are. The document must name `issuer` itself.
absl::StatusOr<std::string> ParseJwksUri(absl::string_view json, absl::string_view issuer);

}  // namespace oboro::platform

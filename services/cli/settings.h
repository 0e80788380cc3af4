#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace oboro::cli {

// Where the service and the OpenID provider are, and as whom to come. From a development instance's
// state folder (instance.json, clients.json) or from a configuration file (docs/cli.md).
struct Settings {
  std::string endpoint;  // host:port of oborod.
  std::string ca_path;   // PEM of the authority that signed both servers.
  std::string issuer;    // OpenID provider.
  std::string scope = "oboro";
  std::string device_client_id = "oboro-cli";
  std::string token_cache;  // Folder, 0700.
  // Confidential clients known here: id -> secret.
  std::map<std::string, std::string> clients;
};

// Reads STATE/instance.json and, where it may be read, STATE/clients.json.
absl::StatusOr<Settings> SettingsFromState(const std::string& state_dir);

// Reads a YAML file: endpoint, ca, issuer, device_client_id; OBORO_CLIENT_ID and
// OBORO_CLIENT_SECRET_FILE in the environment name a confidential client.
absl::StatusOr<Settings> SettingsFromFile(const std::string& path);

// --state, else --config, else OBORO_STATE, OBORO_CONFIG, ~/.config/oboro/config.yaml,
// /var/lib/oboro.
absl::StatusOr<Settings> FindSettings(const std::string& state_dir, const std::string& config_path);

}  // namespace oboro::cli

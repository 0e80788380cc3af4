#include "services/cli/settings.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/cli/files.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string DefaultTokenCache() {
  const std::string base = Environment("XDG_CACHE_HOME");
  return (base.empty() ? Environment("HOME") + "/.cache" : base) + "/oboro";
}

absl::Status NoInstance() {
  return InvalidInput(
      "No instance is known. Name one with --state DIR or --config FILE, or start one with "
      "./deploy/up.",
      "接続先がわかりません。--state または --config で指定するか、./deploy/up "
      "で起動してください。");
}

}  // namespace

absl::StatusOr<Settings> SettingsFromState(const std::string& state_dir) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(state_dir + "/instance.json"));
  const auto instance = nlohmann::json::parse(text, nullptr, false);
  if (!instance.is_object()) {
    return InvalidInput(absl::StrCat(state_dir, "/instance.json is not JSON. Run ./deploy/up."),
                        "instance.json が壊れています。./deploy/up を実行してください。");
  }
  Settings settings;
  settings.endpoint = instance.value("endpoint", "");
  settings.ca_path = instance.value("ca", "");
  settings.issuer = instance.value("issuer", "");
  settings.token_cache = DefaultTokenCache();
  // Only the owner of the state folder may read the development secrets; others log in by device.
  if (auto secrets = ReadFile(instance.value("clients", "")); secrets.ok()) {
    const auto json = nlohmann::json::parse(*secrets, nullptr, false);
    if (json.is_object()) {
      settings.device_client_id = json.value("device_client_id", settings.device_client_id);
      for (const auto& [id, client] : json["clients"].items()) {
        settings.clients[id] = client.value("client_secret", "");
      }
    }
  }
  return settings;
}

absl::StatusOr<Settings> SettingsFromFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Settings settings;
  try {
    const YAML::Node root = YAML::Load(text);
    for (const auto& entry : root) {
      const auto key = entry.first.as<std::string>();
      const auto value = entry.second.as<std::string>();
      if (key == "endpoint") {
        settings.endpoint = value;
      } else if (key == "ca") {
        settings.ca_path = value;
      } else if (key == "issuer") {
        settings.issuer = value;
      } else if (key == "scope") {
        settings.scope = value;
      } else if (key == "device_client_id") {
        settings.device_client_id = value;
      } else {
        return InvalidInput(absl::StrCat(path, ": unknown key ", key, ". See docs/cli.md."),
                            absl::StrCat(path, "：未知の項目 ", key, " があります。"));
      }
    }
  } catch (const YAML::Exception& e) {
    return InvalidInput(absl::StrCat(path, ": ", e.what()),
                        absl::StrCat(path, " の書式が正しくありません。"));
  }
  settings.token_cache = DefaultTokenCache();
  const std::string client = Environment("OBORO_CLIENT_ID");
  if (const std::string file = Environment("OBORO_CLIENT_SECRET_FILE");
      !client.empty() && !file.empty()) {
    ASSIGN_OR_RETURN(std::string secret, ReadFile(file));
    while (!secret.empty() && secret.back() == '\n') secret.pop_back();
    settings.clients[client] = secret;
  }
  return settings;
}

absl::StatusOr<Settings> FindSettings(const std::string& state_dir,
                                      const std::string& config_path) {
  if (!state_dir.empty()) return SettingsFromState(state_dir);
  if (!config_path.empty()) return SettingsFromFile(config_path);
  if (const std::string state = Environment("OBORO_STATE"); !state.empty()) {
    return SettingsFromState(state);
  }
  if (const std::string config = Environment("OBORO_CONFIG"); !config.empty()) {
    return SettingsFromFile(config);
  }
  const std::string user_config = Environment("HOME") + "/.config/oboro/config.yaml";
  if (std::filesystem::exists(user_config)) return SettingsFromFile(user_config);
  const std::string user_state = Environment("HOME") + "/.local/state/oboro";
  for (const std::string& state : {std::string("/var/lib/oboro"), user_state}) {
    if (std::filesystem::exists(state + "/instance.json")) return SettingsFromState(state);
  }
  return NoInstance();
}

}  // namespace oboro::cli

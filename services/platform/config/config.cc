#include "services/platform/config/config.h"

#include <yaml-cpp/yaml.h>

#include <fstream>
#include <set>
#include <sstream>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/platform/base/status.h"

extern char** environ;

namespace oboro::platform {
namespace {

// One key: where it goes and what it may be. The table is the whole schema; docs/configuration.md
// is checked against it by a test.
struct Field {
  std::string path;
  std::variant<std::string*, int*, int64_t*> target;
  bool required = false;
  int64_t min = 0;
  int64_t max = 0;
};

std::vector<Field> Fields(Config& c) {
  constexpr int64_t kGiB = 1LL << 30;
  std::vector<Field> fields = {
      {"listen", &c.listen, true},
      {"metrics_listen", &c.metrics_listen, true},
      {"tls.ca", &c.tls.ca, true},
      {"tls.certs_dir", &c.tls.certs_dir, true},
      {"tls.server", &c.tls.server},
      {"oidc.issuer", &c.oidc.issuer, true},
      {"oidc.audience", &c.oidc.audience, true},
      {"oidc.ca", &c.oidc.ca, true},
      {"database.host", &c.database.host, true},
      {"database.port", &c.database.port, false, 1, 65535},
      {"database.name", &c.database.name, true},
      {"database.sslrootcert", &c.database.sslrootcert, true},
      {"database.certs_dir", &c.database.certs_dir, true},
      {"database.pool_size", &c.database.pool_size, false, 2, 256},
      {"pkcs11.module", &c.pkcs11.module, true},
      {"pkcs11.token_label", &c.pkcs11.token_label, true},
      {"pkcs11.pin_file", &c.pkcs11.pin_file, true},
      {"pkcs11.softhsm_conf", &c.pkcs11.softhsm_conf},
      {"pkcs11.sessions", &c.pkcs11.sessions, false, 1, 256},
      {"objects.dir", &c.objects.dir, true},
      {"limits.message_bytes", &c.limits.message_bytes, false, 2 << 20, 64 << 20},
      {"limits.calls_per_tenant", &c.limits.calls_per_tenant, false, 1, 100000},
      {"limits.upload_commit_bytes", &c.limits.upload_commit_bytes, false, 1 << 20, kGiB},
      {"limits.child_memory_bytes", &c.limits.child_memory_bytes, false, 64 << 20, 1024 * kGiB},
      {"limits.stream_idle_seconds", &c.limits.stream_idle_seconds, false, 1, 3600},
      {"limits.watch_interval_ms", &c.limits.watch_interval_ms, false, 10, 60000},
      {"limits.drain_seconds", &c.limits.drain_seconds, false, 0, 3600},
      {"limits.head_interval_seconds", &c.limits.head_interval_seconds, false, 1, 86400},
      {"workers.threads", &c.workers.threads, false, 0, 64},
  };
  for (const char* service : {"tenancy", "upload", "abstraction", "verification", "aggregation"}) {
    fields.push_back({absl::StrCat("peers.", service), &c.peers[service], true});
  }
  return fields;
}

absl::Status Invalid(absl::string_view where, absl::string_view what) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"CONFIG_INVALID",
                        absl::StrCat(where, ": ", what),
                        absl::StrCat("設定に誤りがあります。", where, ": ", what),
                        {}});
}

absl::Status SetInteger(const Field& field, absl::string_view where, const std::string& text) {
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < field.min || value > field.max) {
    return Invalid(where, absl::StrCat(field.path, " must be an integer from ", field.min, " to ",
                                       field.max, "."));
  }
  if (auto* const* narrow = std::get_if<int*>(&field.target)) **narrow = static_cast<int>(value);
  if (auto* const* wide = std::get_if<int64_t*>(&field.target)) **wide = value;
  return absl::OkStatus();
}

absl::Status Set(const Field& field, absl::string_view where, const std::string& text) {
  if (auto* const* string = std::get_if<std::string*>(&field.target)) {
    if (text.empty()) return Invalid(where, absl::StrCat(field.path, " must not be empty."));
    **string = text;
    return absl::OkStatus();
  }
  return SetInteger(field, where, text);
}

struct Leaf {
  std::string path;
  std::string value;
  int line = 0;
};

// Flattens the document; sections deeper than the table knows are found there as unknown keys.
absl::Status Flatten(absl::string_view file, const YAML::Node& node, const std::string& prefix,
                     std::vector<Leaf>& leaves) {
  for (const auto& entry : node) {
    const std::string key = entry.first.as<std::string>("");
    const std::string path = prefix.empty() ? key : absl::StrCat(prefix, ".", key);
    const int line = entry.first.Mark().line + 1;
    if (entry.second.IsMap()) {
      if (auto status = Flatten(file, entry.second, path, leaves); !status.ok()) return status;
    } else if (entry.second.IsScalar()) {
      leaves.push_back({path, entry.second.Scalar(), line});
    } else {
      return Invalid(absl::StrCat(file, ":", line), absl::StrCat(path, " must have one value."));
    }
  }
  return absl::OkStatus();
}

std::string EnvironmentName(absl::string_view path) {
  return absl::StrCat("OBORO_", absl::AsciiStrToUpper(absl::StrReplaceAll(path, {{".", "_"}})));
}

absl::StatusOr<std::vector<Leaf>> ReadLeaves(absl::string_view file, absl::string_view yaml) {
  std::vector<Leaf> leaves;
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    if (root.IsNull()) return leaves;
    if (!root.IsMap()) return Invalid(absl::StrCat(file, ":1"), "the document must be a mapping.");
    if (auto status = Flatten(file, root, "", leaves); !status.ok()) return status;
  } catch (const YAML::Exception& error) {
    return Invalid(absl::StrCat(file, ":", error.mark.line + 1), error.msg);
  }
  return leaves;
}

absl::Status ApplyLeaves(absl::string_view file, const std::vector<Leaf>& leaves,
                         const std::vector<Field>& fields, std::set<std::string>& seen) {
  for (const Leaf& leaf : leaves) {
    const std::string where = absl::StrCat(file, ":", leaf.line);
    const Field* found = nullptr;
    for (const Field& field : fields) {
      if (field.path == leaf.path) found = &field;
    }
    if (found == nullptr) {
      return Invalid(where, absl::StrCat("unknown key ", leaf.path,
                                         "; docs/configuration.md lists the keys."));
    }
    if (!seen.insert(leaf.path).second) {
      return Invalid(where, absl::StrCat(leaf.path, " is given twice."));
    }
    if (auto status = Set(*found, where, leaf.value); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view file, absl::string_view yaml,
                                   const std::map<std::string, std::string>& environment) {
  Config config;
  const std::vector<Field> fields = Fields(config);
  ASSIGN_OR_RETURN(const std::vector<Leaf> leaves, ReadLeaves(file, yaml));
  std::set<std::string> seen;
  RETURN_IF_ERROR(ApplyLeaves(file, leaves, fields, seen));
  for (const Field& field : fields) {
    const std::string name = EnvironmentName(field.path);
    if (const auto it = environment.find(name); it != environment.end()) {
      RETURN_IF_ERROR(Set(field, absl::StrCat("environment variable ", name), it->second));
      seen.insert(field.path);
    }
    if (field.required && !seen.contains(field.path)) {
      return Invalid(file,
                     absl::StrCat(field.path, " is missing; set it in the file or as ", name, "."));
    }
  }
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Invalid(path, "the file cannot be read.");
  std::ostringstream text;
  text << file.rdbuf();
  std::map<std::string, std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable = *entry;
    const size_t equals = variable.find('=');
    if (equals != std::string::npos) {
      environment[variable.substr(0, equals)] = variable.substr(equals + 1);
    }
  }
  return ParseConfig(path, text.str(), environment);
}

std::vector<std::string> ConfigKeys() {
  Config config;
  std::vector<std::string> keys;
  for (const Field& field : Fields(config)) keys.push_back(field.path);
  return keys;
}

}  // namespace oboro::platform

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// The configuration of one process; every key is described in docs/configuration.md. Secrets are
// never in it, only the paths of the files that hold them.
struct Config {
  std::string listen;          // host:port of the gRPC listener.
  std::string metrics_listen;  // host:port of the plain health and metrics listener.

  struct Tls {
    std::string ca;                 // PEM; the one authority of servers and clients.
    std::string certs_dir;          // <service>.crt and <service>.key.
    std::string server = "oborod";  // Which of them the listener presents.
  } tls;

  // Service -> host:port, for calls between services.
  std::map<std::string, std::string> peers;

  struct Oidc {
    std::string issuer;
    std::string audience;
    std::string ca;  // PEM; verifies the provider's HTTPS.
  } oidc;

  struct Database {
    std::string host;
    int port = 5432;
    std::string name;
    std::string sslrootcert;
    std::string certs_dir;  // oboro_<service>.crt and .key.
    int pool_size = 8;      // Per service.
  } database;

  struct Pkcs11 {
    std::string module;
    std::string token_label;
    std::string pin_file;
    std::string softhsm_conf;  // Put into SOFTHSM2_CONF unless that is set; empty elsewhere.
    int sessions = 8;
  } pkcs11;

  struct Objects {
    std::string dir;
  } objects;

  struct Limits {
    int64_t message_bytes = 4 << 20;         // One gRPC message.
    int64_t calls_per_tenant = 32;           // Served at one time; more answer TOO_MANY_CALLS.
    int64_t upload_commit_bytes = 16 << 20;  // An append is made durable at least this often.
    int64_t child_memory_bytes = 3LL << 30;  // Address space of a job's child process.
    int64_t stream_idle_seconds = 60;        // A silent client stream is cancelled after it.
    int64_t watch_interval_ms = 200;         // How often a watched operation is looked at.
    int64_t drain_seconds = 20;              // Given to running calls at SIGTERM.
    int64_t head_interval_seconds = 600;     // Between signed heads of an audit chain.
  } limits;

  struct Workers {
    int threads = 1;  // Per service: jobs that it runs at one time.
  } workers;
};

// Parses a YAML document and lays the environment over it: OBORO_<PATH IN UPPER CASE>, as
// OBORO_DATABASE_PORT. Unknown keys, wrong types, missing required keys and values out of range
// answer INVALID_ARGUMENT, reason CONFIG_INVALID, with file and line.
absl::StatusOr<Config> ParseConfig(absl::string_view file, absl::string_view yaml,
                                   const std::map<std::string, std::string>& environment);

// Reads `path` and the process's environment.
absl::StatusOr<Config> LoadConfig(const std::string& path);

// Every key, for the test that holds docs/configuration.md against them.
std::vector<std::string> ConfigKeys();

}  // namespace oboro::platform

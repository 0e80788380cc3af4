#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/server.h"

namespace oboro::platform {
namespace {

int stop_pipe[2] = {-1, -1};

// Async-signal-safe: one byte wakes main. Not a blocked mask, which children would inherit.
void OnStop(int) {
  const int saved = errno;
  (void)!write(stop_pipe[1], "x", 1);
  errno = saved;
}

bool CatchSignals() {
  if (pipe2(stop_pipe, O_CLOEXEC) != 0) return false;
  struct sigaction action = {};
  action.sa_handler = OnStop;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return true;
}

void WaitForStop() {
  char byte = 0;
  while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

int Usage(std::ostream& out, const char* program, int code) {
  out << "usage: " << program << " --config FILE\n"
      << "Serves until SIGTERM. Keys of FILE, and their environment variables: "
         "docs/configuration.md\n";
  return code;
}

int Fail(const absl::Status& status) {
  Log(LogLevel::kError, "cannot start",
      {{"reason", ReasonOf(status).name}, {"error", std::string(status.message())}});
  return 1;
}

int Serve(const std::string& config_path, const std::vector<ModuleEntry>& modules) {
  if (const absl::Status hardened = HardenProcess(); !hardened.ok()) return Fail(hardened);
  if (!CatchSignals()) return Fail(absl::InternalError("signals cannot be caught"));
  const absl::StatusOr<Config> config = LoadConfig(config_path);
  if (!config.ok()) return Fail(config.status());
  if (!config->pkcs11.softhsm_conf.empty()) {
    setenv("SOFTHSM2_CONF", config->pkcs11.softhsm_conf.c_str(), /*overwrite=*/0);
  }
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(*config, modules);
  if (!server.ok()) return Fail(server.status());
  Log(LogLevel::kInfo, "serving",
      {{"listen", config->listen}, {"metrics", config->metrics_listen}});
  WaitForStop();
  Log(LogLevel::kInfo, "draining");
  (*server)->Stop(absl::Seconds(config->limits.drain_seconds));
  Log(LogLevel::kInfo, "stopped");
  return 0;
}

}  // namespace

absl::Status HardenProcess() {
  const rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
    return absl::InternalError("core files cannot be switched off");
  }
  return absl::OkStatus();
}

int ServerMain(int argc, char** argv, const std::vector<ModuleEntry>& modules) {
  if (argc == 2 && std::string(argv[1]) == "--help") return Usage(std::cout, argv[0], 0);
  if (argc != 3 || std::string(argv[1]) != "--config") return Usage(std::cerr, argv[0], 2);
  return Serve(argv[2], modules);
}

}  // namespace oboro::platform

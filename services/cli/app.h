#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/output.h"
#include "services/cli/session.h"

namespace oboro::cli {

// What every command shares: the options before the command, and the connection made when needed.
struct App {
  App(std::ostream& out, std::ostream& err) : out(out), err(err) {}

  std::ostream& out;
  std::ostream& err;
  std::string state_dir;
  std::string config_path;
  std::string profile = "default";
  std::string tenant;
  bool json = false;
  // Set by a command that has exit codes of its own and has said why.
  std::optional<int> exit_code;

  // The command chosen on the command line; set by its callback.
  std::function<absl::Status()> command;
  std::unique_ptr<Session> session;

  Output output() { return Output(out, json); }
  absl::StatusOr<Settings> settings() const { return FindSettings(state_dir, config_path); }
  // Connects once, as `profile`.
  absl::StatusOr<Session*> Connect();
  // The tenant of --tenant.
  absl::StatusOr<std::string> Tenant();
};

// "NAME" stays when it is a full resource name; else it becomes "{parent}/{collection}/NAME".
std::string FullName(const std::string& parent, const std::string& collection,
                     const std::string& name);

// Each adds its commands below `root`.
void AddLoginCommands(CLI::App& root, App& app);
void AddTenancyCommands(CLI::App& root, App& app);
void AddKeysCommands(CLI::App& root, App& app);
void AddUploadCommands(CLI::App& root, App& app);
void AddProfileCommands(CLI::App& root, App& app);
void AddAbstractionCommands(CLI::App& root, App& app);
void AddStatisticsCommands(CLI::App& root, App& app);
void AddSharingCommands(CLI::App& root, App& app);
void AddOperationsCommands(CLI::App& root, App& app);
void AddAuditCommands(CLI::App& root, App& app);
void AddSynthCommands(CLI::App& root, App& app);
void AddRunCommands(CLI::App& root, App& app);
void AddSdcCommands(CLI::App& root, App& app);

// Parses the arguments, runs the command, prints errors; answers the exit code.
int RunCli(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace oboro::cli

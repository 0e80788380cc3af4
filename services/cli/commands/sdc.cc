#include <algorithm>

#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/sdc/records/cli/sdc_records.h"
#include "services/sdc/tables/cli/tables_cli.h"

namespace oboro::cli {
namespace {

bool IsRecordCommand(const std::string& name) {
  return name == "risk" || name == "anonymize" || name == "frontier";
}

bool IsTableCommand(const std::string& name) {
  return name == "table" || name == "protect" || name == "attack" || name == "ledger";
}

// The engine's commands parse their own arguments: they also stand alone, without this client.
absl::StatusOr<int> RunSdc(App& app, std::vector<std::string> arguments) {
  if (arguments.empty() || (!IsRecordCommand(arguments[0]) && !IsTableCommand(arguments[0]))) {
    return InvalidInput(
        "oboro sdc needs risk, anonymize, frontier, table, protect, attack or ledger.",
        "oboro sdc の後に risk、anonymize、frontier、table、protect、attack、ledger "
        "のいずれかを指定してください。");
  }
  const bool given = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  if (app.json && !given) arguments.push_back("--json");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  const int argc = static_cast<int>(argv.size());
  return IsRecordCommand(arguments[0]) ? sdc::RunSdcRecords(argc, argv.data(), app.out, app.err)
                                       : sdc::RunSdcTables(argc, argv.data(), app.out, app.err);
}

}  // namespace

void AddSdcCommands(CLI::App& root, App& app) {
  auto* command =
      root.add_subcommand("sdc", "The engine on a file, without a server (docs/sdc-*.md)");
  command->prefix_command();
  command->fallthrough(false);
  command->callback([&app, command] {
    app.command = [&app, command]() -> absl::Status {
      ASSIGN_OR_RETURN(app.exit_code, RunSdc(app, command->remaining()));
      return absl::OkStatus();
    };
  });
}

}  // namespace oboro::cli

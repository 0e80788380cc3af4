#include "services/sdc/tables/cli/tables_cli.h"

#include <string>

#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/visible.h"

namespace oboro::sdc {

int RunSdcTables(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const std::string command = argc > 0 ? argv[0] : "";
  absl::StatusOr<int> code = absl::InvalidArgumentError("commands: table, protect, attack, ledger");
  if (command == "table") code = cli::RunTable(argc, argv, out);
  if (command == "protect") code = cli::RunProtect(argc, argv, out);
  if (command == "attack") code = cli::RunAttack(argc, argv, out);
  if (command == "ledger") code = cli::RunLedger(argc, argv, out);
  if (code.ok()) return *code;
  err << "oboro sdc " << cli::Visible(command) << ": "
      << cli::Visible(std::string(code.status().message())) << "\n";
  return code.status().code() == absl::StatusCode::kInternal ? 1 : 2;
}

}  // namespace oboro::sdc

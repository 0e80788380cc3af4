// `oboro sdc table|protect|attack|ledger`: the table engine without a server (docs/sdc-tables.md).
#pragma once

#include <ostream>

namespace oboro::sdc {

// argv[0] is the subcommand, the rest its arguments. Returns the exit code: 0 done, 1 a fault of
// ours, 2 bad input (an inconsistent table too), 5 refused: exposed cells, or an unsafe release.
int RunSdcTables(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace oboro::sdc

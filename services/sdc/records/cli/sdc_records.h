// The commands `oboro sdc risk`, `anonymize` and `frontier`: the record engine on a file, without
// any server. docs/sdc-records.md describes them.
#pragma once

#include <ostream>

namespace oboro::sdc {

// argv[0] is the subcommand. Returns the exit code: 0 if the question was answered, 2 for bad input
// or flags (one sentence on err), 1 if writing failed.
int RunSdcRecords(int argc, char** argv, std::ostream& out, std::ostream& err);

}  // namespace oboro::sdc

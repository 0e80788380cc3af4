// What `table` and `protect` say of a protected table.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cli/args.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc::cli {

struct Seconds {
  double load = 0, tabulate = 0, protect = 0, attack = 0;
};

// Attacks the published part, writes --out and prints the summary (--json or text). Returns 0, or
// kRefusedExit if a cell is exposed; then nothing is written.
absl::StatusOr<int> FinishTable(const Args& args, const Grid& grid, std::span<const int64_t> values,
                                const ProtectedTable& table, const CellBounds& bounds,
                                int64_t scale, Seconds seconds, std::ostream& out);

}  // namespace oboro::sdc::cli

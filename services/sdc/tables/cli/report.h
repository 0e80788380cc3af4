// What `table` and `protect` say of a protected table.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cli/args.h"
#include "services/sdc/tables/distinct.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc::cli {

struct Seconds {
  double load = 0, tabulate = 0, protect = 0, attack = 0;
};

// What was made. The parts stay the caller's.
struct Made {
  const Grid& grid;
  std::span<const int64_t> values;
  const ProtectedTable& table;
  CellBounds bounds;         // what the attacker knows before he sees the table
  int64_t scale = 1;         // values are in 1/scale units
  int64_t least = 0;         // at level P the highest value of a smaller count reaches it; 0: none
  bool zeros_count = false;  // a zero is such a count
  // Where the table is not additive.
  const DistinctTable* distinct = nullptr;
  const DistinctProtection* populations = nullptr;
};

// Attacks the published part, writes --out and --intervals and prints the summary (--json or text).
// Returns 0, or kRefusedExit if a cell is exposed; then nothing is written.
absl::StatusOr<int> FinishTable(const Args& args, const Made& made, Seconds seconds,
                                std::ostream& out);

}  // namespace oboro::sdc::cli

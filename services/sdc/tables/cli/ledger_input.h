// What `oboro sdc ledger` reads besides the ledger itself: the new table, true figures, attackers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/cli/args.h"
#include "services/sdc/tables/cli/ledger_store.h"
#include "services/sdc/tables/ledger.h"

namespace oboro::sdc::cli {

// The options of a release and of a check (docs/sdc-tables.md).
std::vector<std::string> LedgerOptionNames();
std::vector<std::string> LedgerFlagNames();

// The table of --in in words: every node by the categories it covers.
absl::StatusOr<StoredRelease> ReadRelease(const Args& args);

// --link, --flow-bound: what joins measures and dates.
// InvalidArgument for a measure that is none of `measures`: such a link would bind nothing.
absl::StatusOr<LedgerOptions> ReadLinks(const Args& args, const std::set<std::string>& measures);

// The measures that a release tells of: its own, and what its means are divided by.
std::set<std::string> MeasuresOf(const StoredRelease& release);

// --tenant-dimension and --attackers, which name cells of the grid.
// InvalidArgument, naming file and key, for whatever would leave an attacker weaker than meant:
// keys unknown or given twice, one who knows nothing, a part of a measure that is none of
// `measures`.
absl::Status ReadAttackers(const Args& args, const Grid& grid,
                           const std::set<std::string>& measures, LedgerOptions* options);

// The true finest figures of every layer from --base: the ledger's dimensions, value, and measure
// and as_of where there are several. Layers are those of `releases`.
absl::StatusOr<std::vector<LedgerBase>> ReadBases(const Args& args, const Grid& grid,
                                                  const std::vector<LedgerRelease>& releases);

// Keeps those releases that bear on `fresh`: of its measure and date, and all others that means,
// links or a flow bound may join to it.
void KeepRelated(const StoredRelease& fresh, const LedgerOptions& options,
                 std::vector<StoredRelease>* releases);

}  // namespace oboro::sdc::cli

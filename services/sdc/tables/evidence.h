// The evidence of one protected table: what the service keeps of how it was made safe, and the part
// of it that may leave with the table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/ledger.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc {

// All numbers are whole. For the privacy officer and the audit only: intervals and counts of
// primaries tell of the figures that the table hides.
struct TableEvidence {
  std::string method = "suppression";
  ProtectionLevel level = ProtectionLevel::kP;
  int64_t min_count = 0;
  ZeroPolicy zeros = ZeroPolicy::kOpen;
  int64_t cells = 0, primary = 0, secondary = 0, exposed = 0;
  std::vector<RuleHit> rules;           // numbers only
  std::vector<CellInterval> intervals;  // of every suppressed cell; exact() says which are exact
  // Loss: suppressed cells, and the share of the table's total that stands in suppressed finest
  // cells, in millionths.
  int64_t loss_cells = 0, loss_value = 0, loss_ppm = 0;
  uint64_t work = 0;
  std::vector<uint64_t> seeds;  // of the search; with the work limit they fix the pattern
  std::optional<LedgerVerdict> ledger;
  uint64_t ledger_releases = 0;
  std::string ledger_because;
};

struct EvidenceOptions {
  // For intervals by linear programs (AttackOptions::max_work). Cells that it does not reach keep
  // the interval that the proofs' witnesses show (low, high) and propagation allows (outer_...).
  uint64_t attack_work = 30'000'000;
};

// The intervals of all suppressed cells: those of Attack, narrowed from inside by the witnesses of
// the table's proofs, so that what costs too much to compute is still bounded from both sides.
absl::StatusOr<std::vector<CellInterval>> IntervalsOf(const Grid& grid,
                                                      std::span<const int64_t> values,
                                                      const ProtectedTable& table,
                                                      const CellBounds& bounds,
                                                      const EvidenceOptions& options = {});

// Errors: as Attack.
absl::StatusOr<TableEvidence> MakeEvidence(const Grid& grid, std::span<const int64_t> values,
                                           const TablePolicy& policy, const ProtectedTable& table,
                                           const EvidenceOptions& options = {});

// Canonical JSON: keys in order, no spaces, whole numbers, one form for one evidence.
std::string InsideJson(const Grid& grid, const TableEvidence& evidence);

// What may leave: method, level, threshold and zero policy (which the attacker is taken to know)
// and what anybody can count in the released table itself. Nothing of primaries, intervals, rules
// hit or values.
std::string OutsideJson(const TableEvidence& evidence);

}  // namespace oboro::sdc

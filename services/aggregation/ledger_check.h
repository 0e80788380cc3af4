#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/ledger_entry.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table.h"
#include "services/aggregation/table_request.h"
#include "services/sdc/tables/ledger.h"

namespace oboro::aggregation {

// A table together with all that was made of the same records before.
struct Ledgered {
  Protected table;
  sdc::LedgerVerdict verdict = sdc::LedgerVerdict::kSafe;
  // Inside only: of a refusal the earlier statistics that expose something together with this one.
  std::string because;
  std::string repeats;   // The earlier statistic whose question this is.
  int64_t further = 0;   // Cells hidden for the sake of earlier statistics.
  int64_t releases = 0;  // Earlier ones that were attacked together with it.
  uint64_t targets = 0;  // What had to be shown safe; 0 where the table tells nothing new.
  uint64_t work = 0;
};

// Protects what was counted and attacks it together with `earlier`, all of one reference date
// (services/sdc/tables/ledger.h). A question that was answered before, under rules no stricter, is
// answered by the same cells. What is out already is no cover for anything, and what is hidden is
// hidden here too; whatever still follows is hidden as well (kSafeWithFurther) or the table is
// refused (kRefused: it must not leave).
//
// The order of `earlier` is of no account. LEDGER_BASIS_DIFFERS, LEDGER_TOO_LARGE,
// PROTECTION_INCOMPLETE when nothing can be proven.
absl::StatusOr<Ledgered> ProtectWithLedger(const Records& records, const TableRequest& request,
                                           const Counted& counted,
                                           std::vector<LedgerEntry> earlier);

// The engine's answer to a set of statistics, of which the last was made last: which of them that
// is does not change whether the set is safe. Errors as above.
absl::StatusOr<sdc::LedgerAnswer> AttackSet(const Records& records,
                                            const std::vector<LedgerEntry>& entries,
                                            int threads = 1);

}  // namespace oboro::aggregation

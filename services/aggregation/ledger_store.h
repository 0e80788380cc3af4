#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/ledger_entry.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// What a job must know of the ledger before it makes a table.
struct LedgerState {
  int64_t version = 0;               // To be advanced by who stores the table (ledger_rows.h).
  std::vector<LedgerEntry> earlier;  // Of the same reference date.
  bool other_dates = false;          // There are statistics of others.
};

// Reads and decrypts the ledger of a dataset. LEDGER_REFUSALS_EXHAUSTED when `actor` was refused
// too often; LEDGER_INCOMPLETE when an earlier statistic of the date left no entry.
absl::StatusOr<LedgerState> ReadLedger(const Deps& deps, const platform::TenantContext& tenant,
                                       const std::string& dataset,
                                       const std::string& reference_date, const std::string& actor);

// The entry's ciphertext, for its row: under the data key of the statistic's object.
absl::StatusOr<std::string> SealEntry(const platform::TenantContext& tenant,
                                      const std::string& object_id,
                                      const platform::SecretBytes& key,
                                      const nlohmann::json& entry);

// One after another for each dataset in this process, so that a table is seldom attacked in vain.
// What two processes do at once is told apart by the ledger's version.
class DatasetTurns {
 public:
  std::unique_lock<std::mutex> Take(const std::string& dataset);

 private:
  std::mutex mutex_;
  std::map<std::string, std::mutex> turns_;
};

}  // namespace oboro::aggregation

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/basis.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/ledger_entry.h"
#include "services/platform/base/secret.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// What a job must know of the ledger before it makes a table.
struct LedgerState {
  std::string dataset;               // Whose ledger.
  int64_t version = 0;               // To be advanced by who stores the table (ledger_rows.h).
  std::vector<LedgerEntry> earlier;  // Of the same reference date.
};

// Reads and decrypts the ledger of the dataset that `basis` is of, for a table of this basis.
// LEDGER_INCOMPLETE when an earlier statistic of the date left no entry, LEDGER_DATES_LINKED when
// the policy links the date with another of which there are statistics, LEDGER_BASIS_DIFFERS when
// the abstraction lacks a column that an earlier statistic was made from.
absl::StatusOr<LedgerState> ReadLedger(const Deps& deps, const platform::TenantContext& tenant,
                                       const Basis& basis);

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

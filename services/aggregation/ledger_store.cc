#include "services/aggregation/ledger_store.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "services/aggregation/detail.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/ledger_rows.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"

namespace oboro::aggregation {
namespace {

constexpr char kLedger[] = "ledger";

absl::StatusOr<LedgerEntry> OpenEntry(const platform::TenantContext& tenant, const LedgerRow& row,
                                      const platform::SecretBytes& key) {
  ASSIGN_OR_RETURN(const std::string text,
                   OpenText(tenant, row.object_id, kLedger, key, row.sealed));
  ASSIGN_OR_RETURN(LedgerEntry entry,
                   LedgerEntryFromJson(nlohmann::json::parse(text, nullptr, false)));
  entry.statistic = row.statistic_id;
  return entry;
}

// The abstraction must have every column that the ledger knows of, and no other date may be linked.
absl::Status CheckLedger(const LedgerState& ledger, bool other_dates, const Basis& basis) {
  if (other_dates && basis.rules.flow_bound) return LedgerDatesLinked();
  std::set<std::string> columns;
  for (const auto& column : basis.abstraction.columns()) columns.insert(column.name());
  for (const LedgerEntry& entry : ledger.earlier) {
    for (const auto& [name, digest] : entry.columns) {
      if (columns.count(name) == 0) return LedgerBasisDiffers();
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LedgerState> ReadLedger(const Deps& deps, const platform::TenantContext& tenant,
                                       const Basis& basis) {
  LedgerState state;
  bool other_dates = false;
  std::vector<std::pair<LedgerRow, platform::SecretBytes>> sealed;
  RETURN_IF_ERROR(deps.db->RunTx(tenant, "ledger", [&](pqxx::work& tx) -> absl::Status {
    state = {};
    state.dataset = platform::DatasetOf(basis.abstraction.snapshot());
    other_dates = false;
    sealed.clear();
    ASSIGN_OR_RETURN(LedgerRows ledger, LoadLedger(tx, tenant, state.dataset));
    state.version = ledger.version;
    for (LedgerRow& row : ledger.rows) {
      if (row.reference_date != basis.abstraction.reference_date()) {
        other_dates = true;
        continue;
      }
      if (row.sealed.empty()) return LedgerIncomplete();
      ASSIGN_OR_RETURN(platform::SecretBytes key,
                       platform::LoadDataKey(tx, tenant, *deps.keys, row.object_id));
      sealed.emplace_back(std::move(row), std::move(key));
    }
    return absl::OkStatus();
  }));
  for (const auto& [row, key] : sealed) {
    ASSIGN_OR_RETURN(LedgerEntry entry, OpenEntry(tenant, row, key));
    state.earlier.push_back(std::move(entry));
  }
  RETURN_IF_ERROR(CheckLedger(state, other_dates, basis));
  return state;
}

absl::StatusOr<std::string> SealEntry(const platform::TenantContext& tenant,
                                      const std::string& object_id,
                                      const platform::SecretBytes& key,
                                      const nlohmann::json& entry) {
  return SealText(tenant, object_id, kLedger, key, entry.dump());
}

std::unique_lock<std::mutex> DatasetTurns::Take(const std::string& dataset) {
  std::mutex* turn = nullptr;
  {
    const std::lock_guard lock(mutex_);
    turn = &turns_[dataset];
  }
  return std::unique_lock(*turn);
}

}  // namespace oboro::aggregation

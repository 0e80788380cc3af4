#include "services/aggregation/ledger_store.h"

#include <utility>

#include "services/aggregation/detail.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/ledger_rows.h"
#include "services/platform/base/clock.h"
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

}  // namespace

absl::StatusOr<LedgerState> ReadLedger(const Deps& deps, const platform::TenantContext& tenant,
                                       const std::string& dataset,
                                       const std::string& reference_date,
                                       const std::string& actor) {
  const absl::Time now = deps.clock->Now();
  LedgerState state;
  std::vector<std::pair<LedgerRow, platform::SecretBytes>> sealed;
  RETURN_IF_ERROR(deps.db->RunTx(tenant, "ledger", [&](pqxx::work& tx) -> absl::Status {
    state = {};
    sealed.clear();
    RETURN_IF_ERROR(CheckRefusals(tx, tenant, actor, now));
    ASSIGN_OR_RETURN(LedgerRows ledger, LoadLedger(tx, tenant, dataset));
    state.version = ledger.version;
    for (LedgerRow& row : ledger.rows) {
      if (row.reference_date != reference_date) {
        state.other_dates = true;
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

#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// A statistic of the dataset as the ledger keeps it, sealed under its object's data key.
struct LedgerRow {
  std::string statistic_id, object_id, reference_date, sealed;
};

// All statistics that were ever made of a dataset, by any abstraction and for any tier, and the
// version of this set.
struct LedgerRows {
  int64_t version = 0;
  std::vector<LedgerRow> rows;
};

// `dataset` is "tenants/*/datasets/*".
absl::StatusOr<LedgerRows> LoadLedger(pqxx::work& tx, const platform::TenantContext& tenant,
                                      const std::string& dataset);

// Moves the ledger on from `version`, in the transaction that stores a statistic: who attacked his
// table together with an older set is told ABORTED, and attacks it again.
absl::Status AdvanceLedger(pqxx::work& tx, const platform::TenantContext& tenant,
                           const std::string& dataset, int64_t version, absl::Time now);

// A refusal that counts against `actor`, once for each job, with its audit event.
struct LedgerRefusal {
  std::string job_id, actor, dataset;
  std::string because;  // Earlier statistics, or the rule; inside only.
};
absl::Status InsertRefusal(pqxx::work& tx, const platform::TenantContext& tenant,
                           const LedgerRefusal& refusal, const platform::AuditEvent& event,
                           absl::Time now);

bool IsRefusalNoted(pqxx::work& tx, const platform::TenantContext& tenant,
                    const std::string& job_id);

// Refusals of `actor` since `since`.
absl::StatusOr<int64_t> CountRefusals(pqxx::work& tx, const platform::TenantContext& tenant,
                                      const std::string& actor, absl::Time since);

// LEDGER_REFUSALS_EXHAUSTED when `actor` was refused too often in the last hour.
inline constexpr int64_t kMostRefusals = 10;
absl::Status CheckRefusals(pqxx::work& tx, const platform::TenantContext& tenant,
                           const std::string& actor, absl::Time now);

}  // namespace oboro::aggregation

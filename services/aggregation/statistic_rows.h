#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// A row of aggregation.statistics: shape and provenance of a protected table; its cells are the
// encrypted object.
struct StatisticRow {
  std::string statistic_id;
  std::string display_name;
  std::string tier;           // INTERNAL, JOINT or PUBLIC.
  nlohmann::json dimensions;  // [{"column", "within": [...]}]: columns only.
  std::string measure = "RECORDS";
  std::string measure_column;
  nlohmann::json filters = nlohmann::json::array();  // [{"column"}]: columns only.
  std::string author;                                // user:{issuer}#{subject}
  std::string detail;                                // Encrypted (detail.h).
  std::string ledger;                                // Encrypted (ledger_entry.h); written only.
  int64_t cells = 0;
  int64_t primary_suppressions = 0;
  int64_t secondary_suppressions = 0;
  std::string snapshot;
  std::string reference_date;
  std::string abstraction;
  std::string recipe;
  int recipe_version = 0;
  std::string verdict;
  std::string policy;
  int policy_version = 0;
  std::string engine_version;
  std::string method;
  std::string object_id;
  std::string object_digest;  // SHA-256 of the ciphertext, 32 bytes.
  std::string job_id;
  absl::Time create_time;
};

absl::Status InsertStatistic(pqxx::work& tx, const platform::TenantContext& tenant,
                             const StatisticRow& row, const platform::AuditEvent& event,
                             absl::Time now);

// NOT_FOUND when there is none. Reading is audited: `event` is required.
absl::StatusOr<StatisticRow> ReadStatistic(pqxx::work& tx, const platform::TenantContext& tenant,
                                           const std::string& statistic_id,
                                           const platform::AuditEvent& event, absl::Time now);

// Newest first.
absl::StatusOr<std::vector<StatisticRow>> ListStatistics(pqxx::work& tx,
                                                         const platform::TenantContext& tenant);

}  // namespace oboro::aggregation

#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::verification {

// Rows of verification.verdicts. The document is the verdict; the other columns repeat what lists
// and constraints need of it.
struct VerdictRow {
  std::string verdict_id;
  std::string abstraction;  // Resource name.
  std::string dataset;      // Resource name, of the abstraction's snapshot.
  std::string object_digest;
  std::string policy;
  int policy_version = 0;
  std::string policy_digest;
  std::string recipe;
  int recipe_version = 0;
  std::string recipe_digest;
  std::string engine_version;
  std::string internal_outcome;  // PASS, WARN or REFUSE; empty: the policy names no such tier.
  std::string joint_outcome;
  std::string public_outcome;
  std::string document;
  std::string signature;
  int key_version = 0;
  std::string job_id;
  absl::Time create_time;
};

absl::Status InsertVerdict(pqxx::work& tx, const platform::TenantContext& tenant,
                           const VerdictRow& row, const platform::AuditEvent& event);

// What was signed, and the signature. Reading a verdict is audited.
struct SignedDocument {
  std::string document;
  std::string signature;
  int key_version = 0;
};
absl::StatusOr<SignedDocument> ReadVerdict(pqxx::work& tx, const platform::TenantContext& tenant,
                                           const std::string& verdict_id,
                                           const platform::AuditEvent& event, absl::Time now);
// Newest first.
absl::StatusOr<std::vector<SignedDocument>> ListVerdicts(pqxx::work& tx,
                                                         const platform::TenantContext& tenant,
                                                         const platform::AuditEvent& event,
                                                         absl::Time now);

}  // namespace oboro::verification

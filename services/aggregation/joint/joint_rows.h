#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// A row of aggregation.joint_statistics: one tenant's copy.
struct JointRow {
  std::string joint_id;
  std::string proposer_code;
  nlohmann::json proposal;  // proposal.h
  std::string request_id;
  std::string state = "PROPOSED";
  std::string answer = "WAITING";
  std::string actor;  // Who answered.
  std::string abstraction, verdict, dataset;
  std::string reference_date;
  nlohmann::json participants = nlohmann::json::array();
  int64_t cells = 0, suppressed = 0;
  std::string engine_version, method;
  std::string job_id;
  absl::Time create_time, make_time;

  std::vector<std::string> codes() const;
};

// What a copy keeps encrypted, under the data key of `object_id`.
struct SealedJoint {
  std::string object_id;
  std::string table;   // With the evidence of the tenant's own part.
  std::string ledger;  // The entry of the tenant's own part.
};

absl::Status InsertJoint(pqxx::work& tx, const platform::TenantContext& tenant, const JointRow& row,
                         const platform::AuditEvent& event);

// NOT_FOUND when the tenant takes no part in one of this id.
absl::StatusOr<JointRow> ReadJoint(pqxx::work& tx, const platform::TenantContext& tenant,
                                   const std::string& joint_id);

// As above; of one that is not made everything is empty. The entry is left out (ledger_rows.h).
absl::StatusOr<SealedJoint> ReadSealedJoint(pqxx::work& tx, const platform::TenantContext& tenant,
                                            const std::string& joint_id);

// The newest, newest first: as many as one answer carries.
inline constexpr int kMostListed = 500;
absl::StatusOr<std::vector<JointRow>> ListJoints(pqxx::work& tx,
                                                 const platform::TenantContext& tenant);

// The id of the proposal that a request with this id made; empty when there is none.
std::string FindJointOfRequest(pqxx::work& tx, const platform::TenantContext& tenant,
                               const std::string& request_id);

// Own proposals that are not made and not withdrawn.
int64_t CountOwnProposals(pqxx::work& tx, const platform::TenantContext& tenant);

// Of each id that the tenant has a copy of, its answer.
std::map<std::string, std::string> AnswersOf(pqxx::work& tx, const platform::TenantContext& tenant,
                                             const std::vector<std::string>& joint_ids);

// Moves the answer of a copy that is not made on from `before` to that of `row`, with who answered
// and for what. ABORTED when it is not `before` any more.
absl::Status SetAnswer(pqxx::work& tx, const platform::TenantContext& tenant, const JointRow& row,
                       const std::string& before, const platform::AuditEvent& event,
                       absl::Time now);

// Makes the table of `row` this tenant's. JOINT_NOT_READY when it does not consent, or no longer
// for this abstraction and verdict, or when it has one already.
absl::Status StoreJoint(pqxx::work& tx, const platform::TenantContext& tenant, const JointRow& row,
                        const SealedJoint& sealed, const platform::AuditEvent& event,
                        absl::Time now);

}  // namespace oboro::aggregation

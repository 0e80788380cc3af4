#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/aggregation/v1/joint.pb.h"
#include "services/aggregation/table_request.h"

namespace oboro::aggregation {

// The proposal in its one form, as every copy keeps it (JSON): {"display_name", "purpose",
// "dataset_kind", "reference_date", "axes", "municipality_codes"}, the codes ascending with the
// proposer's own. INVALID_FIELD, naming the field.
absl::StatusOr<std::string> ProposalOf(const v1::JointProposal& proposal,
                                       const std::string& own_code);

v1::JointProposal ToProto(const nlohmann::json& proposal);

// The table that it asks of every participant: counts of records.
absl::StatusOr<TableSpec> SpecOfProposal(const nlohmann::json& proposal);

// TABLE_TOO_LARGE when already the values in one participant's abstraction make more than
// kMaxJointCells cells: the categories of the others can only add to them. What all have together
// is known as the table is made (joint_table.h).
absl::Status CheckJointSize(const abstraction::v1::Abstraction& abstraction, const TableSpec& spec,
                            size_t participants);

}  // namespace oboro::aggregation

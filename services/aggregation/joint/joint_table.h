#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/aggregation/joint/joint_part.h"
#include "services/aggregation/table_request.h"
#include "services/aggregation/table_shape.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::aggregation {

inline constexpr char kJointKind[] = "aggregation.joint";

// The dimension of the participants; its members are their 全国地方公共団体コード.
inline constexpr char kTenantColumn[] = "団体";

// The table of all participants: their dimension first, then the axes of the proposal.
struct JointTable {
  TableShape shape;
  std::vector<std::optional<int64_t>> cells;  // By the engine's cells; none: hidden.
};

// Joins what the participants show, in the order of `codes`. A cell of all of them together is
// shown, as the sum, where each shows its own: to whoever knows all parts but one, the sum is that
// part. A category that a participant does not have is a zero of it.
// JOINT_NOT_COMPARABLE when hierarchies differ, or categories where zeros are protected (no label
// of anybody's is in the message); TABLE_TOO_LARGE.
absl::StatusOr<JointTable> JoinParts(const std::vector<JointPart>& parts,
                                     const std::vector<std::string>& codes, const TableSpec& spec);

// Reads the finished table anew: PROTECTION_INCOMPLETE when a figure of all participants is shown
// while one's own is hidden, or is not the sum.
absl::Status CheckNoneTold(const JointTable& table);

// As it is shown: {"dimensions": [{"column", "within", "members", "parents"}], "cells": [number or
// null], the last dimension fastest}.
nlohmann::json ToJson(const JointTable& table);

// Run in a child without any key or input. Parameters: {"codes", "spec", "parts"}. Result:
// {"table", "cells", "suppressed", "method", "engine_version"}.
absl::StatusOr<std::string> RunJoint(platform::JobIo& io);

}  // namespace oboro::aggregation

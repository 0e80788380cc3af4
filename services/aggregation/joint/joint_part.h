#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table.h"
#include "services/aggregation/table_request.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::aggregation {

inline constexpr char kJointPartKind[] = "aggregation.joint_part";

// Most cells of a joint statistic, and of a part of one, margins included.
inline constexpr int64_t kMaxJointCells = 50'000;

// What one participant shows: its own table, protected by its own policy. No hidden figure is in
// it.
struct JointPart {
  struct Axis {
    std::vector<std::string> leaves;               // Values that occur, none twice.
    std::vector<std::vector<std::string>> levels;  // [level][leaf]: value of the coarser column.
    std::vector<std::vector<uint32_t>> nodes;      // Leaves under each node of the part's table.
  };
  std::vector<Axis> axes;
  std::vector<std::optional<int64_t>> cells;  // By nodes, the last axis fastest; none: hidden.
  bool zeros_protected = false;
};

absl::StatusOr<JointPart> PartOf(const Records& records, const TableRequest& request,
                                 const Counted& counted, const Protected& table);

nlohmann::json ToJson(const JointPart& part);
// INTERNAL for what is no part: children are not trusted.
absl::StatusOr<JointPart> PartFromJson(const nlohmann::json& json);

// Run in a child that has one participant's abstraction and its key, and nothing of another's
// (input "abstraction", Parquet). Parameters: a TableRequest, and "ledger", the entries of what was
// made of the same records before. The part is protected together with them, as a statistic of the
// participant's own is. Result: {"part", "ledger", "evidence"} or {"refused": {"because"}}.
absl::StatusOr<std::string> RunJointPart(platform::JobIo& io);

}  // namespace oboro::aggregation

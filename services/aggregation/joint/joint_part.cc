#include "services/aggregation/joint/joint_part.h"

#include <set>
#include <utility>

#include "services/aggregation/errors.h"
#include "services/aggregation/ledger_check.h"
#include "services/aggregation/ledger_entry.h"
#include "services/aggregation/ledger_params.h"
#include "services/aggregation/ledger_result.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

absl::Status Bad() { return absl::InternalError("aggregation.joint: a part is not as ours are"); }

// The value of the coarser column over each leaf: the table's shape has checked that it is one.
absl::StatusOr<std::vector<std::string>> LevelOf(const Records& records, const std::string& column,
                                                 const std::string& coarser) {
  ASSIGN_OR_RETURN(const CodedColumn* leaves, records.Coded(column));
  ASSIGN_OR_RETURN(const CodedColumn* groups, records.Coded(coarser));
  std::vector<std::string> level(leaves->values.size());
  for (size_t row = 0; row < leaves->codes.size(); ++row) {
    level[leaves->codes[row]] = groups->values[groups->codes[row]];
  }
  return level;
}

absl::StatusOr<JointPart::Axis> AxisOf(const Records& records, const AxisSpec& spec,
                                       const sdc::Dimension& dimension) {
  JointPart::Axis axis;
  ASSIGN_OR_RETURN(const CodedColumn* leaves, records.Coded(spec.column));
  axis.leaves = leaves->values;
  for (const std::string& coarser : spec.within) {
    ASSIGN_OR_RETURN(std::vector<std::string> level, LevelOf(records, spec.column, coarser));
    axis.levels.push_back(std::move(level));
  }
  for (uint32_t node = 0; node < dimension.node_count(); ++node) {
    const auto under = dimension.leaves_under(node);
    axis.nodes.emplace_back(under.begin(), under.end());
  }
  return axis;
}

// True when the axis can be read without a check at every step.
bool IsSound(const JointPart::Axis& axis) {
  const std::set<std::string> leaves(axis.leaves.begin(), axis.leaves.end());
  if (leaves.empty() || leaves.size() != axis.leaves.size() || axis.nodes.empty()) return false;
  for (const auto& level : axis.levels) {
    if (level.size() != axis.leaves.size()) return false;
  }
  for (const auto& node : axis.nodes) {
    if (node.empty()) return false;
    for (size_t i = 0; i < node.size(); ++i) {
      if (node[i] >= axis.leaves.size() || (i > 0 && node[i] <= node[i - 1])) return false;
    }
  }
  return true;
}

// For this participant's 個人情報保護: it stays in its copy.
nlohmann::json EvidenceOf(const TableRequest& request, const Ledgered& ledgered) {
  const sdc::ProtectedTable& table = ledgered.table.parts.front();
  return {{"form", "oboro-joint-evidence/1"},
          {"level", "P"},
          {"attacker", "everybody but this participant, together"},
          {"min_count", request.min_count},
          {"zeros", request.zeros_protected ? "protected" : "open"},
          {"primary", table.primary},
          {"secondary", table.secondary},
          {"proofs", table.proofs.size()},
          {"least_width", table.min_width},
          {"loss", {{"cells", table.primary + table.secondary}, {"value", table.suppressed_value}}},
          {"ledger", LedgerEvidence(ledgered)}};
}

}  // namespace

absl::StatusOr<JointPart> PartOf(const Records& records, const TableRequest& request,
                                 const Counted& counted, const Protected& table) {
  JointPart part;
  part.zeros_protected = request.zeros_protected;
  const sdc::Grid& grid = counted.shape.grid;
  for (size_t d = 0; d < request.spec.axes.size(); ++d) {
    ASSIGN_OR_RETURN(JointPart::Axis axis, AxisOf(records, request.spec.axes[d], grid.dim(d)));
    part.axes.push_back(std::move(axis));
  }
  for (sdc::CellId cell = 0; cell < grid.cell_count(); ++cell) {
    const bool shown = table.statuses[cell] == sdc::CellStatus::kValue;
    part.cells.push_back(shown ? ShownValue(counted, cell) : std::nullopt);
  }
  return part;
}

nlohmann::json ToJson(const JointPart& part) {
  nlohmann::json axes = nlohmann::json::array();
  for (const JointPart::Axis& axis : part.axes) {
    axes.push_back({{"leaves", axis.leaves}, {"levels", axis.levels}, {"nodes", axis.nodes}});
  }
  nlohmann::json cells = nlohmann::json::array();
  for (const auto& cell : part.cells) cells.push_back(cell ? nlohmann::json(*cell) : nullptr);
  return {{"axes", axes}, {"cells", cells}, {"zeros_protected", part.zeros_protected}};
}

absl::StatusOr<JointPart> PartFromJson(const nlohmann::json& json) {
  JointPart part;
  int64_t cells = 1;
  try {
    for (const auto& axis : json.at("axes")) {
      part.axes.push_back({axis.at("leaves").get<std::vector<std::string>>(),
                           axis.at("levels").get<std::vector<std::vector<std::string>>>(),
                           axis.at("nodes").get<std::vector<std::vector<uint32_t>>>()});
      if (!IsSound(part.axes.back())) return Bad();
      cells *= static_cast<int64_t>(part.axes.back().nodes.size());
      if (cells > kMaxJointCells) return TableTooLarge(cells, kMaxJointCells);
    }
    for (const auto& cell : json.at("cells")) {
      part.cells.push_back(cell.is_null() ? std::nullopt : std::optional(cell.get<int64_t>()));
      if (part.cells.back() && *part.cells.back() < 0) return Bad();
    }
    part.zeros_protected = json.at("zeros_protected").get<bool>();
  } catch (const nlohmann::json::exception&) {
    return Bad();
  }
  if (static_cast<int64_t>(part.cells.size()) != cells) return Bad();
  return part;
}

absl::StatusOr<std::string> RunJointPart(platform::JobIo& io) {
  ASSIGN_OR_RETURN(const TableRequest request, ParseRequest(io.params()));
  if (request.spec.measure.kind != MeasureKind::kRecords) return Bad();
  ASSIGN_OR_RETURN(std::vector<LedgerEntry> earlier, ParseLedger(io.params()));
  io.Progress("READ", 0, 0);
  ASSIGN_OR_RETURN(const Records records, ReadRecords(io, request, earlier));
  io.Progress("COUNT", 0, records.rows());
  ASSIGN_OR_RETURN(const Counted counted, Count(records, request));
  const int64_t cells = counted.shape.cell_count();
  if (cells > kMaxJointCells) return TableTooLarge(cells, kMaxJointCells);
  io.Progress("PROTECT", 0, cells);
  ASSIGN_OR_RETURN(const Ledgered ledgered,
                   ProtectWithLedger(records, request, counted, std::move(earlier)));
  io.Progress("PROTECT", cells, cells);
  if (ledgered.verdict == sdc::LedgerVerdict::kRefused) return RefusedResult(ledgered);
  ASSIGN_OR_RETURN(const JointPart part, PartOf(records, request, counted, ledgered.table));
  ASSIGN_OR_RETURN(const LedgerEntry entry,
                   EntryOf(records, request, counted, ledgered.table, /*statistic=*/""));
  return nlohmann::json({{"part", ToJson(part)},
                         {"ledger", ToJson(entry)},
                         {"evidence", EvidenceOf(request, ledgered)}})
      .dump();
}

}  // namespace oboro::aggregation

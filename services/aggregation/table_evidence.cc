#include "services/aggregation/table_evidence.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "services/sdc/tables/evidence.h"

namespace oboro::aggregation {
namespace {

// Intervals that are written down one by one.
constexpr size_t kMostIntervals = 5000;

// About 0.1 s.
constexpr uint64_t kAttackWork = 3'000'000;

nlohmann::json PartEvidence(const Counted& counted, const Part& part,
                            const sdc::ProtectedTable& table, const TableRequest& request) {
  sdc::TablePolicy policy;
  policy.min_count = part.amounts ? 0 : request.min_count;
  policy.zeros = request.zeros_protected ? sdc::ZeroPolicy::kProtected : sdc::ZeroPolicy::kOpen;
  const sdc::Grid& grid = counted.shape.grid;
  nlohmann::json out = {{"measure", part.measure.empty() ? "records" : part.measure},
                        {"proofs", table.proofs.size()},
                        {"additive", !part.distinct.has_value()}};
  if (part.distinct) {  // Intervals are those of sums.
    out.update({{"primary", table.primary}, {"secondary", table.secondary}});
    return out;
  }
  absl::StatusOr<sdc::TableEvidence> evidence =
      sdc::MakeEvidence(grid, part.values, policy, table, {kAttackWork});
  if (!evidence.ok()) return out;  // Safety rests on the proofs, not on the intervals.
  if (evidence->intervals.size() > kMostIntervals) {
    out["intervals_left_out"] = evidence->intervals.size() - kMostIntervals;
    evidence->intervals.resize(kMostIntervals);
  }
  out.update(nlohmann::json::parse(sdc::InsideJson(grid, *evidence)));
  return out;
}

}  // namespace

Detail MakeDetail(const Counted& counted, const Protected& table, const TableRequest& request) {
  Detail detail;
  for (const ShownDimension& shown : counted.shape.shown) {
    detail.dimensions.push_back({shown.column, shown.within, shown.members, shown.parents});
  }
  detail.filters = ToJson(request.spec)["filters"];
  nlohmann::json parts = nlohmann::json::array();
  for (size_t i = 0; i < counted.parts.size(); ++i) {
    parts.push_back(PartEvidence(counted, counted.parts[i], table.parts[i], request));
  }
  detail.evidence = {{"form", "oboro-evidence/2"},
                     {"min_count", request.min_count},
                     {"amounts", ToJson(request.amounts)},
                     {"cells", counted.shape.cell_count()},
                     {"parts", std::move(parts)}};
  return detail;
}

}  // namespace oboro::aggregation

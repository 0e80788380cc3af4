#include "services/sdc/tables/evidence.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {
namespace {

using Json = nlohmann::json;  // keys in order

const char* Name(ZeroPolicy zeros) {
  return zeros == ZeroPolicy::kOpen ? "open" : zeros == ZeroPolicy::kShown ? "shown" : "protected";
}

Json Bound(int64_t value) { return value == kUnbounded ? Json(nullptr) : Json(value); }

Json OutsidePart(const TableEvidence& e) {
  return {{"cells", e.cells},           {"level", e.level == ProtectionLevel::kP ? "P" : "R"},
          {"method", e.method},         {"min_count", e.min_count},
          {"suppressed", e.loss_cells}, {"zeros", Name(e.zeros)}};
}

}  // namespace

absl::StatusOr<std::vector<CellInterval>> IntervalsOf(const Grid& grid,
                                                      std::span<const int64_t> values,
                                                      const ProtectedTable& table,
                                                      const CellBounds& bounds,
                                                      const EvidenceOptions& options) {
  std::vector<int64_t> published(values.begin(), values.end());
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (IsUnknown(table.statuses[c])) published[c] = 0;
  }
  AttackOptions attack_options;
  attack_options.max_work = options.attack_work;
  absl::StatusOr<AttackResult> attack =
      Attack(grid, published, table.statuses, bounds, attack_options);
  if (!attack.ok()) return attack.status();
  std::vector<int64_t> low(values.begin(), values.end()), high = low;
  for (const ProvenTarget& proof : table.proofs) {
    for (const Witness::Change& change : proof.witness.changes) {
      const int64_t x = values[change.cell] + change.delta;
      low[change.cell] = std::min(low[change.cell], x);
      high[change.cell] = std::max(high[change.cell], x);
    }
  }
  for (CellInterval& x : attack->intervals) {
    x.low = std::min(x.low, low[x.cell]);
    if (x.high != kUnbounded) x.high = std::max(x.high, high[x.cell]);
  }
  return std::move(attack->intervals);
}

absl::StatusOr<TableEvidence> MakeEvidence(const Grid& grid, std::span<const int64_t> values,
                                           const TablePolicy& policy, const ProtectedTable& table,
                                           const EvidenceOptions& options) {
  TableEvidence e;
  for (CellStatus s : table.statuses) e.cells += s == CellStatus::kHidden ? 0 : 1;
  absl::StatusOr<std::vector<CellInterval>> intervals =
      IntervalsOf(grid, values, table, KnownBounds(values, policy.zeros), options);
  if (!intervals.ok()) return intervals.status();
  e.level = policy.level;
  e.min_count = policy.min_count;
  e.zeros = policy.zeros;
  e.primary = table.primary;
  e.secondary = table.secondary;
  e.exposed = static_cast<int64_t>(table.exposed.size());
  e.rules = table.rules;
  e.intervals = std::move(*intervals);
  e.loss_cells = table.primary + table.secondary;
  e.loss_value = table.suppressed_value;
  CellId top = 0;
  for (size_t d = 0; d < grid.rank(); ++d) top += grid.dim(d).total() * grid.stride(d);
  if (values[top] > 0) {
    e.loss_ppm =
        static_cast<int64_t>(static_cast<__int128>(e.loss_value) * 1'000'000 / values[top]);
  }
  e.work = table.work;
  e.seeds = SearchSeeds();
  return e;
}

std::string InsideJson(const Grid& grid, const TableEvidence& e) {
  Json intervals = Json::array();
  for (const CellInterval& x : e.intervals) {
    Json at = Json::array();
    for (size_t d = 0; d < grid.rank(); ++d) at.push_back(grid.dim(d).label(grid.node(x.cell, d)));
    intervals.push_back({{"at", std::move(at)},
                         {"exact", x.exact()},
                         {"high", Bound(x.high)},
                         {"low", x.low},
                         {"outer_high", Bound(x.outer_high)},
                         {"outer_low", x.outer_low}});
  }
  Json rules = Json::object();
  for (const RuleHit& hit : e.rules) rules[hit.rule] = hit.cells;
  Json inside = {{"exposed", e.exposed},
                 {"intervals", std::move(intervals)},
                 {"loss", {{"cells", e.loss_cells}, {"ppm", e.loss_ppm}, {"value", e.loss_value}}},
                 {"outside", OutsidePart(e)},
                 {"primary", e.primary},
                 {"rules", std::move(rules)},
                 {"secondary", e.secondary},
                 {"seeds", e.seeds},
                 {"work", e.work}};
  if (e.ledger) {
    inside["ledger"] = {{"because", e.ledger_because},
                        {"releases", e.ledger_releases},
                        {"verdict", LedgerVerdictName(*e.ledger)}};
  }
  return inside.dump();
}

std::string OutsideJson(const TableEvidence& evidence) { return OutsidePart(evidence).dump(); }

}  // namespace oboro::sdc

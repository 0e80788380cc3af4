#include "services/sdc/tables/cli/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/input.h"

namespace oboro::sdc::cli {
namespace {

// Up to so many suppressed cells every interval is computed exactly; above, cells count by the
// witnesses of the protection, each of which has been checked.
constexpr int64_t kExactCells = 2000;

struct Attacked {
  int64_t cells = 0, exposed = 0, min_width = 0;
  bool exact = false;
};

absl::StatusOr<Attacked> AttackTable(const Grid& grid, std::span<const int64_t> values,
                                     const ProtectedTable& table, const CellBounds& bounds) {
  Attacked a;
  a.cells = table.primary + table.secondary;
  a.exposed = static_cast<int64_t>(table.exposed.size());
  a.min_width = table.min_width;
  if (a.cells > kExactCells || a.cells == 0) return a;
  std::vector<int64_t> published(values.begin(), values.end());
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (IsUnknown(table.statuses[c])) published[c] = 0;
  }
  AttackOptions options;
  options.max_programs = 20'000;
  absl::StatusOr<AttackResult> attack = Attack(grid, published, table.statuses, bounds, options);
  if (!attack.ok()) return attack.status();
  a.exact = attack->inexact == 0;
  int64_t width = INT64_MAX;
  int64_t certain = 0;
  for (const CellInterval& x : attack->intervals) {
    width = std::min(width, x.high == kUnbounded ? kUnbounded : x.high - x.low);
    if (x.low >= x.high) ++certain;
  }
  if (a.exact) {
    a.min_width = width;
    a.exposed = std::max(a.exposed, certain);
  }
  return a;
}

}  // namespace

absl::StatusOr<int> FinishTable(const Args& args, const Grid& grid, std::span<const int64_t> values,
                                const ProtectedTable& table, const CellBounds& bounds,
                                int64_t scale, Seconds seconds, std::ostream& out) {
  Stopwatch watch;
  absl::StatusOr<Attacked> attack = AttackTable(grid, values, table, bounds);
  if (!attack.ok()) return attack.status();
  seconds.attack = watch.Lap();
  const bool safe = attack->exposed == 0;
  if (safe && args.Has("out")) {
    absl::Status s =
        WriteLongTable(args.Get("out"), grid, values, table.statuses, scale, args.Has("outside"));
    if (!s.ok()) return s;
  }
  int64_t cells = 0;
  for (CellStatus s : table.statuses) cells += s == CellStatus::kHidden ? 0 : 1;
  nlohmann::ordered_json json = {
      {"cells", cells},
      {"primary", table.primary},
      {"secondary", table.secondary},
      {"level", args.Get("level", "P")},
      {"seconds",
       {{"load", seconds.load},
        {"tabulate", seconds.tabulate},
        {"protect", seconds.protect},
        {"attack", seconds.attack}}},
      {"loss",
       {{"cells", table.primary + table.secondary},
        {"value", static_cast<double>(table.suppressed_value) / static_cast<double>(scale)}}},
      {"attack",
       {{"cells", attack->cells},
        {"exposed", attack->exposed},
        {"min_width", static_cast<double>(attack->min_width) / static_cast<double>(scale)},
        {"exact", attack->exact}}}};
  for (const RuleHit& hit : table.rules) json["rules"][hit.rule] = hit.cells;
  if (scale == 1) {
    json["loss"]["value"] = table.suppressed_value;
    json["attack"]["min_width"] = attack->min_width;
  }
  if (args.Has("json")) {
    out << json.dump(2) << "\n";
  } else {
    out << "cells " << cells << ", primary " << table.primary << ", secondary " << table.secondary
        << ", level " << args.Get("level", "P") << "\nattack: " << attack->exposed << " of "
        << attack->cells << " suppressed cells exposed, least width "
        << FormatValue(attack->min_width, scale) << (attack->exact ? " (exact)" : " (at least)")
        << "\n";
    if (!safe) out << "refused: exposed cells; nothing was written\n";
  }
  return safe ? 0 : kRefusedExit;
}

}  // namespace oboro::sdc::cli

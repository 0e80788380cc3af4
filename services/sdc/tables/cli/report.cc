#include "services/sdc/tables/cli/report.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/input.h"
#include "services/sdc/tables/cli/visible.h"
#include "services/sdc/tables/distinct_attack.h"
#include "services/sdc/tables/evidence.h"

namespace oboro::sdc::cli {
namespace {

struct Attacked {
  std::vector<CellInterval> intervals;
  int64_t exposed = 0, exact = 0, min_width = 0;
};

// A width is what two checked witness tables show: exact, or at least so much.
absl::StatusOr<Attacked> AttackTable(const Made& made) {
  absl::StatusOr<std::vector<CellInterval>> intervals =
      made.distinct == nullptr
          ? IntervalsOf(made.grid, made.values, made.table, made.bounds)
          : AttackDistinct(made.grid, *made.distinct, *made.populations, made.bounds);
  if (!intervals.ok()) return intervals.status();
  Attacked a;
  a.exposed = static_cast<int64_t>(made.table.exposed.size());
  int64_t width = INT64_MAX, certain = 0;
  for (const CellInterval& x : *intervals) {
    width = std::min(width, x.high == kUnbounded ? kUnbounded : x.high - x.low);
    const int64_t value = made.values[x.cell];
    const bool small = value < made.least && (value > 0 || made.zeros_count);
    certain += x.low >= x.high || (small && x.high < made.least) ? 1 : 0;
    a.exact += x.exact() ? 1 : 0;
  }
  a.min_width = intervals->empty() ? 0 : width;
  a.exposed = std::max(a.exposed, certain);
  a.intervals = std::move(*intervals);
  return a;
}

absl::Status WriteIntervals(const std::string& path, const Grid& grid, int64_t scale,
                            const std::vector<CellInterval>& intervals) {
  std::ofstream file(path, std::ios::binary);
  for (const Dimension& dim : grid.dims()) file << QuotedCsv(dim.name()) << ",";
  file << "low,high,exact\n";
  for (const CellInterval& x : intervals) {
    for (size_t d = 0; d < grid.rank(); ++d) {
      file << QuotedCsv(grid.dim(d).label(grid.node(x.cell, d))) << ",";
    }
    file << FormatValue(x.low, scale) << ","
         << (x.high == kUnbounded ? std::string() : FormatValue(x.high, scale)) << ","
         << (x.exact() ? "true" : "false") << "\n";
  }
  if (!file.flush()) return absl::PermissionDeniedError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> FinishTable(const Args& args, const Made& made, Seconds seconds,
                                std::ostream& out) {
  const ProtectedTable& table = made.table;
  const int64_t scale = made.scale;
  Stopwatch watch;
  absl::StatusOr<Attacked> attack = AttackTable(made);
  if (!attack.ok()) return attack.status();
  seconds.attack = watch.Lap();
  const bool safe = attack->exposed == 0;
  if (safe && args.Has("out")) {
    absl::Status s = WriteLongTable(args.Get("out"), made.grid, made.values, table.statuses, scale,
                                    args.Has("outside"));
    if (!s.ok()) return s;
  }
  if (safe && args.Has("intervals")) {
    absl::Status s = WriteIntervals(args.Get("intervals"), made.grid, scale, attack->intervals);
    if (!s.ok()) return s;
  }
  const bool exact = attack->exact == std::ssize(attack->intervals);
  int64_t cells = 0;
  for (CellStatus s : table.statuses) cells += s == CellStatus::kHidden ? 0 : 1;
  nlohmann::ordered_json json = {
      {"cells", cells},
      {"primary", table.primary},
      {"secondary", table.secondary},
      {"level", args.Get("level", "P")},
      {"additive", made.distinct == nullptr},
      {"seconds",
       {{"load", seconds.load},
        {"tabulate", seconds.tabulate},
        {"protect", seconds.protect},
        {"attack", seconds.attack}}},
      {"loss",
       {{"cells", table.primary + table.secondary},
        {"value", static_cast<double>(table.suppressed_value) / static_cast<double>(scale)}}},
      {"attack",
       {{"cells", attack->intervals.size()},
        {"exposed", attack->exposed},
        {"min_width", nullptr},  // nothing bounds any of them
        {"exact", exact},
        {"exact_cells", attack->exact}}}};
  for (const RuleHit& hit : table.rules) json["rules"][hit.rule] = hit.cells;
  const bool bounded = attack->min_width != kUnbounded;
  if (scale == 1) {
    json["loss"]["value"] = table.suppressed_value;
    if (bounded) json["attack"]["min_width"] = attack->min_width;
  } else if (bounded) {
    json["attack"]["min_width"] =
        static_cast<double>(attack->min_width) / static_cast<double>(scale);
  }
  if (args.Has("json")) {
    out << VisibleJson(json) << "\n";
  } else {
    out << "cells " << cells << ", primary " << table.primary << ", secondary " << table.secondary
        << ", level " << args.Get("level", "P") << "\nattack: " << attack->exposed << " of "
        << attack->intervals.size() << " suppressed cells exposed, least width "
        << (bounded ? FormatValue(attack->min_width, scale) : "without bound")
        << (exact ? " (exact)" : " (at least)") << "\n";
    if (made.distinct != nullptr) {
      out << "not additive: who counts in several cells counts once in their margin\n";
    }
    if (!safe) out << "refused: exposed cells; nothing was written\n";
  }
  return safe ? 0 : kRefusedExit;
}

}  // namespace oboro::sdc::cli

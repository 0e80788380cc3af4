// `oboro sdc attack`: what can be worked out of a table as it was released.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/input.h"
#include "services/sdc/tables/cli/visible.h"

namespace oboro::sdc::cli {
namespace {

// Without a row for a cell the attacker sees nothing of it; that is how ReadLongTable marks it.
// `text`: how a label is written, exactly in a file and visibly on a screen.
template <typename Text>
void WriteIntervals(std::ostream& out, const Grid& grid, const AttackResult& attack,
                    const std::vector<uint8_t>& exposed, int64_t scale, const Text& text) {
  for (const Dimension& dim : grid.dims()) out << QuotedCsv(text(dim.name())) << ",";
  out << "low,high,exposed\n";
  for (size_t i = 0; i < attack.intervals.size(); ++i) {
    const CellInterval& x = attack.intervals[i];
    for (size_t d = 0; d < grid.rank(); ++d) {
      out << QuotedCsv(text(grid.dim(d).label(grid.node(x.cell, d)))) << ",";
    }
    const int64_t low = x.low <= x.high ? x.low : x.outer_low;
    const int64_t high = x.low <= x.high ? x.high : x.outer_high;
    out << FormatValue(low, scale) << ","
        << (high == kUnbounded ? std::string() : FormatValue(high, scale)) << ","
        << (exposed[i] ? "true" : "false") << "\n";
  }
}

}  // namespace

absl::StatusOr<int> RunAttack(int argc, char** argv, std::ostream& out) {
  absl::StatusOr<Args> args =
      Args::Parse(argc, argv,
                  {"in", "delimiter", "encoding", "dims", "hierarchies", "value", "threshold",
                   "zeros", "marks", "out", "max-programs", "max-nodes"},
                  {"json"});
  if (!args.ok()) return args.status();
  absl::StatusOr<std::vector<std::string>> names = args->Dims("dims");
  if (!names.ok()) return names.status();
  const std::vector<std::string>& dims = *names;
  absl::StatusOr<int64_t> threshold = args->Number("threshold", 0),
                          programs = args->Number("max-programs", 0),
                          nodes = args->Number("max-nodes", 2000);
  for (const auto* n : {&threshold, &programs, &nodes}) {
    if (!n->ok()) return n->status();
  }
  absl::StatusOr<ZeroPolicy> zeros = ZerosOf(*args);
  if (!zeros.ok()) return zeros.status();
  Stopwatch watch;
  absl::StatusOr<LongTable> table = ReadLongTable(*args, dims, args->Get("value", "value"), {});
  if (!table.ok()) return table.status();
  const double load = watch.Lap();
  for (CellId c = 0; c < table->grid.cell_count(); ++c) {
    if (table->statuses[c] == CellStatus::kValue && table->values[c] < 0) {
      return absl::InvalidArgumentError(absl::StrCat(CellLabel(table->grid, c), " is ",
                                                     FormatValue(table->values[c], table->scale),
                                                     "; the attack is on figures of at least 0"));
    }
  }
  CellBounds bounds;
  bounds.lower.assign(table->grid.cell_count(), 0);
  if (*zeros == ZeroPolicy::kShown) {
    for (CellId c = 0; c < table->grid.cell_count(); ++c) {
      bounds.lower[c] = IsSuppressed(table->statuses[c]) ? 1 : 0;
    }
  }
  const std::string marks = args->Get("marks", "one");
  if (marks != "one" && marks != "visible") {
    return absl::InvalidArgumentError("--marks is one or visible");
  }
  const bool visible = marks == "visible";
  if (visible) {  // he sees which counts are small: each is below the threshold, the others are not
    bounds.upper.assign(table->grid.cell_count(), kUnbounded);
    for (CellId c = 0; c < table->grid.cell_count(); ++c) {
      if (table->statuses[c] == CellStatus::kSuppressedPrimary) bounds.upper[c] = *threshold - 1;
    }
  }
  AttackOptions options;
  options.max_programs = static_cast<uint64_t>(*programs);
  options.max_nodes = static_cast<int>(*nodes);
  absl::StatusOr<AttackResult> attack =
      Attack(table->grid, table->values, table->statuses, bounds, options);
  if (!attack.ok()) return attack.status();
  const double seconds = watch.Lap();

  std::vector<uint8_t> exposed;
  int64_t count = 0, width = INT64_MAX;
  for (const CellInterval& x : attack->intervals) {
    // No witness counts as exposed; a highest value below the threshold tells a small count.
    const bool open = x.low >= x.high || (!visible && x.high < *threshold * table->scale);
    exposed.push_back(open ? 1 : 0);
    count += open ? 1 : 0;
    width =
        std::min(width, x.high == kUnbounded ? kUnbounded : std::max<int64_t>(0, x.high - x.low));
  }
  if (attack->intervals.empty()) width = 0;
  if (args->Has("out")) {
    std::ofstream file(args->Get("out"), std::ios::binary);
    const auto exact = [](const std::string& label) { return label; };
    WriteIntervals(file, table->grid, *attack, exposed, table->scale, exact);
    if (!file.flush()) return absl::PermissionDeniedError("cannot write " + args->Get("out"));
  } else if (!args->Has("json")) {
    WriteIntervals(out, table->grid, *attack, exposed, table->scale, Visible);
  }
  if (args->Has("json")) {
    const auto number = [&](int64_t v) -> nlohmann::ordered_json {
      if (v == kUnbounded) return nullptr;
      if (table->scale == 1) return v;
      return static_cast<double>(v) / static_cast<double>(table->scale);
    };
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (size_t i = 0; i < attack->intervals.size(); ++i) {
      const CellInterval& x = attack->intervals[i];
      nlohmann::ordered_json cell;
      for (size_t d = 0; d < dims.size(); ++d) {
        cell[dims[d]] = table->grid.dim(d).label(table->grid.node(x.cell, d));
      }
      cell["low"] = number(x.low <= x.high ? x.low : x.outer_low);
      cell["high"] = number(x.low <= x.high ? x.high : x.outer_high);
      cell["exact"] = x.exact();
      cell["exposed"] = exposed[i] != 0;
      list.push_back(std::move(cell));
    }
    nlohmann::ordered_json json = {{"cells", attack->intervals.size()},
                                   {"exposed", count},
                                   {"min_width", number(width)},
                                   {"inexact", attack->inexact},
                                   {"seconds", {{"load", load}, {"attack", seconds}}},
                                   {"intervals", std::move(list)}};
    out << VisibleJson(json) << "\n";
  }
  return 0;
}

}  // namespace oboro::sdc::cli

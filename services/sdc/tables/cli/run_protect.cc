// `oboro sdc protect`: from inner cells to a protected table.
#include <yaml-cpp/yaml.h>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/costs.h"
#include "services/sdc/tables/cli/input.h"
#include "services/sdc/tables/cli/report.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc::cli {
namespace {

bool IsMarked(const std::string& text) {
  return text == "1" || text == "true" || text == "TRUE" || text == "x" || text == "X" ||
         text == "u" || text == "primary";
}

// --linked: which cells any table shows. The file lists the tables by their dimensions:
//   tables: [[town, age], [town, sex]]
// A table shows the cells that stand at the total in every dimension that it lacks.
absl::StatusOr<std::vector<uint8_t>> ShownCells(const std::string& path, const Grid& grid) {
  std::vector<std::vector<std::string>> tables;
  try {
    const YAML::Node file = YAML::LoadFile(path);
    if (!file.IsMap() || file.size() != 1 || !file["tables"]) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " must have the key tables once, and no other"));
    }
    for (const YAML::Node& table : file["tables"]) {
      tables.push_back(table.as<std::vector<std::string>>());
    }
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", e.what()));
  }
  if (tables.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " lists no tables"));
  std::vector<uint8_t> shown(grid.cell_count(), 0);
  for (const std::vector<std::string>& table : tables) {
    std::vector<uint8_t> has(grid.rank(), 0);
    for (const std::string& name : table) {
      bool known = false;
      for (size_t d = 0; d < grid.rank(); ++d) {
        if (grid.dim(d).name() == name) has[d] = known = true;
      }
      if (!known) {
        return absl::InvalidArgumentError(absl::StrCat(path, ": ", name, " is none of --dims"));
      }
    }
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      bool in = true;
      for (size_t d = 0; d < grid.rank() && in; ++d) {
        in = has[d] || grid.node(c, d) == grid.dim(d).total();
      }
      if (in) shown[c] = 1;
    }
  }
  return shown;
}

// Fills the margins; rows for margins in the file must agree.
absl::Status Complete(LongTable* table) {
  const Grid& grid = table->grid;
  std::vector<int64_t> values = table->values;
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (IsSuppressed(table->statuses[c])) {
      return absl::InvalidArgumentError(
          absl::StrCat(CellLabel(grid, c), " has no value; protect starts from true values"));
    }
    if (!grid.is_finest(c)) values[c] = 0;
    if (values[c] < 0) {
      return absl::InvalidArgumentError(absl::StrCat(CellLabel(grid, c), " is negative"));
    }
  }
  grid.FillMargins(values);
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (table->given[c] && values[c] != table->values[c]) {
      return absl::InvalidArgumentError(
          absl::StrCat("the table contradicts itself: ", CellLabel(grid, c), " is ",
                       FormatValue(table->values[c], table->scale), ", but its parts sum to ",
                       FormatValue(values[c], table->scale)));
    }
  }
  table->values = std::move(values);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> RunProtect(int argc, char** argv, std::ostream& out) {
  absl::StatusOr<Args> args = Args::Parse(
      argc, argv,
      {"in", "delimiter", "encoding", "dims", "hierarchies", "value", "primary", "threshold",
       "range-percent", "zeros", "level", "cost", "keep", "prefer", "out", "intervals", "linked"},
      {"json", "outside"});
  if (!args.ok()) return args.status();
  absl::StatusOr<std::vector<std::string>> names = args->Dims("dims");
  if (!names.ok()) return names.status();
  const std::vector<std::string>& dims = *names;
  if (!args->Has("primary") && !args->Has("threshold")) {
    return absl::InvalidArgumentError("protect needs --threshold N or --primary COLUMN");
  }
  absl::StatusOr<int64_t> threshold = args->Number("threshold", 0),
                          range = args->Number("range-percent", 0);
  if (!threshold.ok()) return threshold.status();
  if (!range.ok()) return range.status();
  if (*range > kMaxPercent) {
    return absl::InvalidArgumentError(absl::StrCat("--range-percent is at most ", kMaxPercent));
  }
  absl::StatusOr<ProtectionLevel> level = LevelOf(*args);
  absl::StatusOr<ZeroPolicy> zeros = ZerosOf(*args);
  if (!level.ok()) return level.status();
  if (!zeros.ok()) return zeros.status();

  Seconds seconds;
  Stopwatch watch;
  std::vector<std::string> extra;
  if (args->Has("primary")) extra.push_back(args->Get("primary"));
  absl::StatusOr<LongTable> table = ReadLongTable(*args, dims, args->Get("value", "value"), extra);
  if (!table.ok()) return table.status();
  if (absl::Status s = Complete(&*table); !s.ok()) return s;
  seconds.load = watch.Lap();

  const Grid& grid = table->grid;
  const CellId n = grid.cell_count();
  TablePolicy policy;
  policy.min_count = std::max<int64_t>(1, *threshold * table->scale);
  policy.level = *level, policy.zeros = *zeros;
  absl::StatusOr<Costs> costs = ReadCosts(*args, grid);
  if (!costs.ok()) return costs.status();
  TakeCosts(std::move(*costs), &policy);
  if (args->Has("linked")) {
    absl::StatusOr<std::vector<uint8_t>> cells = ShownCells(args->Get("linked"), grid);
    if (!cells.ok()) return cells.status();
    policy.shown = std::move(*cells);
  }
  for (CellId c = 0; c < n && !table->extra.empty(); ++c) {
    if (!IsMarked(table->extra[0][c])) continue;
    const int64_t far =
        static_cast<int64_t>((static_cast<__int128>(table->values[c]) * *range + 99) / 100);
    policy.given_targets.push_back({c, far, far});
  }
  absl::StatusOr<ProtectedTable> safe = ProtectCounts(grid, table->values, policy);
  if (!safe.ok()) return safe.status();
  seconds.protect = watch.Lap();
  Made made{grid, table->values, *safe, KnownBounds(table->values, policy.zeros), table->scale};
  made.least = policy.level == ProtectionLevel::kP ? policy.min_count : 0;
  made.zeros_count = policy.zeros == ZeroPolicy::kProtected;
  return FinishTable(*args, made, seconds, out);
}

}  // namespace oboro::sdc::cli

// `oboro sdc ledger add|check`: a table together with everything released before.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/input.h"
#include "services/sdc/tables/cli/ledger_store.h"

namespace oboro::sdc::cli {
namespace {

// The table of --in in words: every node by the categories it covers.
absl::StatusOr<StoredRelease> ReadRelease(const Args& args) {
  const std::vector<std::string> dims = args.List("dims");
  if (dims.empty()) return absl::InvalidArgumentError("--dims a,b,c is missing");
  absl::StatusOr<int64_t> threshold = args.Number("threshold", 10);
  if (!threshold.ok()) return threshold.status();
  absl::StatusOr<ZeroPolicy> zeros = ZerosOf(args);
  if (!zeros.ok()) return zeros.status();
  absl::StatusOr<LongTable> table = ReadLongTable(args, dims, args.Get("value", "value"), "");
  if (!table.ok()) return table.status();
  if (table->scale != 1) return absl::InvalidArgumentError("the ledger takes counts");

  StoredRelease r;
  const std::string stem = std::filesystem::path(args.Get("in")).stem().string();
  r.id = args.Get("id", stem);
  r.as_of = args.Get("as-of");
  r.threshold = *threshold;
  r.zeros_shown = *zeros == ZeroPolicy::kShown;
  const Grid& grid = table->grid;
  for (const Dimension& dim : grid.dims()) {
    StoredRelease::Dim d{dim.name(), {}, false};
    for (uint32_t n = 0; n < dim.node_count(); ++n) {
      StoredRelease::Node node{dim.label(n), n == dim.total(), {}};
      for (uint32_t leaf : dim.leaves_under(n)) {
        if (!node.total) node.leaves.push_back(dim.label(leaf));
      }
      d.nodes.push_back(std::move(node));
    }
    r.dims.push_back(std::move(d));
  }
  for (const std::string& condition : SplitText(args.Get("where"), '&')) {
    const size_t equals = condition.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError("--where is column=value|value (joined by &)");
    }
    StoredRelease::Node node{condition, false, SplitText(condition.substr(equals + 1), '|')};
    r.dims.push_back({condition.substr(0, equals), {std::move(node)}, true});
  }
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    if (table->statuses[c] == CellStatus::kHidden) continue;
    std::vector<uint32_t> at;
    for (size_t d = 0; d < grid.rank(); ++d) at.push_back(grid.node(c, d));
    at.resize(r.dims.size(), 0);
    r.cells.push_back(std::move(at));
    r.values.push_back(table->values[c]);
    r.statuses.push_back(table->statuses[c]);
  }
  return r;
}

// The true finest counts over the ledger's attributes, from --base.
absl::StatusOr<std::vector<int64_t>> ReadBase(const Args& args, const Grid& grid) {
  std::vector<std::string> columns;
  for (const Dimension& dim : grid.dims()) columns.push_back(dim.name());
  columns.push_back("value");
  absl::StatusOr<CodedTable> table = LoadFile(args, args.Get("base"), columns);
  if (!table.ok()) return table.status();
  std::vector<std::vector<int64_t>> node(grid.rank());
  for (size_t d = 0; d < grid.rank(); ++d) {
    for (const std::string& label : table->column(d).dictionary()) {
      node[d].push_back(grid.dim(d).Find(label));
    }
  }
  std::vector<int64_t> base(grid.cell_count(), 0);
  for (uint64_t row = 0; row < table->rows(); ++row) {
    CellId cell = 0;
    for (size_t d = 0; d < grid.rank(); ++d) {
      const int64_t n = node[d][table->column(d).code(row)];
      if (n < 0 || !grid.dim(d).is_leaf(static_cast<uint32_t>(n))) {
        return absl::InvalidArgumentError(absl::StrCat(args.Get("base"), ", row ", row + 1,
                                                       ": no category of ", grid.dim(d).name()));
      }
      cell += static_cast<CellId>(n) * grid.stride(d);
    }
    int64_t value = 0;
    if (!absl::SimpleAtoi(table->column(grid.rank()).value(row), &value)) {
      return absl::InvalidArgumentError(
          absl::StrCat(args.Get("base"), ", row ", row + 1, ", column value: no whole number"));
    }
    base[cell] += value;
  }
  grid.FillMargins(base);
  return base;
}

const char* Name(LedgerVerdict verdict) {
  switch (verdict) {
    case LedgerVerdict::kSafe:
      return "safe";
    case LedgerVerdict::kSafeWithFurther:
      return "safe_with_further";
    case LedgerVerdict::kRefused:
      return "refused";
  }
  return "refused";
}

nlohmann::ordered_json Labels(const Grid& grid, const std::vector<CellId>& cells) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (CellId c : cells) list.push_back(CellLabel(grid, c));
  return list;
}

}  // namespace

absl::StatusOr<int> RunLedger(int argc, char** argv, std::ostream& out) {
  absl::StatusOr<Args> args = Args::Parse(
      argc, argv,
      {"ledger", "in", "delimiter", "encoding", "dims", "hierarchies", "value", "threshold",
       "zeros", "where", "as-of", "id", "base", "tenant-dimension", "max-refusals"},
      {"json", "outside"});
  if (!args.ok()) return args.status();
  const std::string verb = args->words().empty() ? "" : args->words()[0];
  if (verb != "add" && verb != "check") {
    return absl::InvalidArgumentError("ledger needs add or check");
  }
  absl::StatusOr<std::string> folder = args->Need("ledger");
  if (!folder.ok()) return folder.status();
  absl::StatusOr<int64_t> limit = args->Number("max-refusals", 50);
  if (!limit.ok()) return limit.status();
  Stopwatch watch;
  absl::StatusOr<StoredRelease> fresh = ReadRelease(*args);
  if (!fresh.ok()) return fresh.status();
  absl::StatusOr<std::vector<StoredRelease>> stored = ReadLedger(*folder);
  if (!stored.ok()) return stored.status();
  for (const StoredRelease& r : *stored) {
    if (r.id == fresh->id) {
      return absl::InvalidArgumentError(
          absl::StrCat(r.id, " is in the ledger already; name this release with --id"));
    }
  }
  // Tables of other reference dates say nothing of this one unless the policy bounds the flow.
  std::erase_if(*stored, [&](const StoredRelease& r) { return r.as_of != fresh->as_of; });
  stored->push_back(*fresh);
  absl::StatusOr<PlacedLedger> placed = Place(*stored);
  if (!placed.ok()) return placed.status();
  const double load = watch.Lap();

  LedgerOptions options;
  options.base_is_true = args->Has("base");
  absl::StatusOr<std::vector<int64_t>> base = options.base_is_true
                                                  ? ReadBase(*args, placed->grid)
                                                  : ConsistentTable(placed->grid, placed->releases);
  if (!base.ok()) return base.status();
  if (args->Has("tenant-dimension")) {
    for (size_t d = 0; d < placed->grid.rank(); ++d) {
      if (placed->grid.dim(d).name() == args->Get("tenant-dimension")) {
        options.tenant_dimension = static_cast<int>(d);
      }
    }
    if (options.tenant_dimension < 0) {
      return absl::InvalidArgumentError("--tenant-dimension is no dimension of the ledger");
    }
  }
  const std::span<const LedgerRelease> earlier(placed->releases.data(),
                                               placed->releases.size() - 1);
  absl::StatusOr<LedgerAnswer> answer =
      CheckRelease(placed->grid, earlier, placed->releases.back(), *base, options);
  if (!answer.ok()) return answer.status();
  const double check = watch.Lap();

  const bool safe = answer->verdict == LedgerVerdict::kSafe;
  if (!safe) {
    const std::string line = absl::StrCat(fresh->id, " ", Name(answer->verdict));
    if (absl::Status s = LogRefusal(*folder, line, *limit); !s.ok()) return s;
  } else if (verb == "add") {
    if (absl::Status s = WriteRelease(*folder, *fresh); !s.ok()) return s;
  }
  nlohmann::ordered_json json = {{"verdict", !args->Has("outside") ? Name(answer->verdict)
                                             : safe                ? "ACCEPTED"
                                                                   : "REFUSED"}};
  if (!args->Has("outside")) {
    json["releases"] = earlier.size();
    json["further"] = Labels(placed->grid, answer->further);
    json["exposed"] = Labels(placed->grid, answer->exposed);
    json["because"] = answer->because;
    json["seconds"] = {{"load", load}, {"check", check}};
  }
  if (args->Has("json")) {
    out << json.dump(2) << "\n";
  } else {
    out << json["verdict"].get<std::string>() << "\n";
    if (!args->Has("outside")) {
      for (CellId c : answer->further) out << "suppress: " << CellLabel(placed->grid, c) << "\n";
      for (CellId c : answer->exposed) out << "exposed: " << CellLabel(placed->grid, c) << "\n";
      if (!answer->because.empty()) out << "because of: " << answer->because << "\n";
    }
  }
  return safe ? 0 : kRefusedExit;
}

}  // namespace oboro::sdc::cli

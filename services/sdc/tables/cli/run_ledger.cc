// `oboro sdc ledger add|check`: a table together with everything released before.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/input.h"
#include "services/sdc/tables/cli/ledger_input.h"
#include "services/sdc/tables/cli/ledger_store.h"
#include "services/sdc/tables/cli/visible.h"

namespace oboro::sdc::cli {
namespace {

// Against the true figures, or against tables that agree with everything released.
absl::StatusOr<LedgerAnswer> CheckPlaced(const Args& args, const PlacedLedger& placed,
                                         LedgerOptions* options) {
  options->base_is_true = args.Has("base");
  for (const LedgerRelease& r : placed.releases) {
    if (options->base_is_true || r.targets.empty()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        r.id,
        " says how far amounts must be able to move (--range); give their true values by --base"));
  }
  absl::StatusOr<std::vector<LedgerBase>> bases =
      options->base_is_true ? ReadBases(args, placed.grid, placed.releases)
                            : ConsistentTables(placed.grid, placed.releases, *options);
  if (!bases.ok()) return bases.status();
  const std::span<const LedgerRelease> earlier(placed.releases.data(), placed.releases.size() - 1);
  return CheckLedger(placed.grid, earlier, placed.releases.back(), *bases, *options);
}

// Cells in the words of the new table where it has them: a group of one category is that category.
class Labels {
 public:
  Labels(const PlacedLedger& placed, const StoredRelease& fresh) : grid_(placed.grid) {
    const std::vector<CellId>& cells = placed.releases.back().cells;
    for (size_t i = 0; i < cells.size(); ++i) {
      std::map<std::string, std::string> parts;  // by name, as the grid's dimensions are
      for (size_t d = 0; d < fresh.dims.size(); ++d) {
        const StoredRelease::Dim& dim = fresh.dims[d];
        const StoredRelease::Node& node = dim.nodes[fresh.cells[i][d]];
        parts[dim.name] = dim.filter   ? node.label
                          : node.total ? dim.name + "=*"
                                       : absl::StrCat(dim.name, "=", node.label);
      }
      std::string& label = own_[cells[i]];
      for (const auto& [name, part] : parts)
        absl::StrAppend(&label, label.empty() ? "" : ", ", part);
    }
  }

  std::string Of(CellId c) const {
    const auto at = own_.find(c);
    return at == own_.end() ? CellLabel(grid_, c) : at->second;
  }
  nlohmann::ordered_json List(const std::vector<CellId>& cells) const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (CellId c : cells) list.push_back(Of(c));
    return list;
  }

 private:
  const Grid& grid_;
  std::map<CellId, std::string> own_;
};

}  // namespace

absl::StatusOr<int> RunLedger(int argc, char** argv, std::ostream& out) {
  absl::StatusOr<Args> args = Args::Parse(argc, argv, LedgerOptionNames(), LedgerFlagNames(), 1);
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
  std::set<std::string> measures = MeasuresOf(*fresh);
  for (const StoredRelease& r : *stored) measures.merge(MeasuresOf(r));
  absl::StatusOr<LedgerOptions> options = ReadLinks(*args, measures);
  if (!options.ok()) return options.status();
  KeepRelated(*fresh, *options, &*stored);
  stored->push_back(*fresh);
  absl::StatusOr<PlacedLedger> placed = Place(*stored);
  if (!placed.ok()) return placed.status();
  if (absl::Status s = ReadAttackers(*args, placed->grid, measures, &*options); !s.ok()) return s;
  const double load = watch.Lap();

  absl::StatusOr<LedgerAnswer> answer = CheckPlaced(*args, *placed, &*options);
  if (!answer.ok()) return answer.status();
  const double check = watch.Lap();

  const Labels labels(*placed, *fresh);
  const bool safe = answer->verdict == LedgerVerdict::kSafe;
  // What others have published is out, safe or not: it is entered whatever follows from it.
  const bool enter = verb == "add" && (safe || fresh->elsewhere);
  if (!safe && !enter) {
    const std::string line = absl::StrCat(fresh->id, " ", LedgerVerdictName(answer->verdict));
    if (absl::Status s = LogRefusal(*folder, line, *limit); !s.ok()) return s;
  } else if (enter) {
    if (absl::Status s = WriteRelease(*folder, *fresh); !s.ok()) return s;
  }
  // What others have published is entered whatever follows: its word outside says no more.
  const std::string outside = enter && fresh->elsewhere ? "ENTERED" : safe ? "ACCEPTED" : "REFUSED";
  nlohmann::ordered_json json;
  json["verdict"] = args->Has("outside") ? outside : LedgerVerdictName(answer->verdict);
  if (!args->Has("outside")) {
    json["entered"] = enter;
    json["releases"] = stored->size() - 1;
    json["further"] = labels.List(answer->further);
    json["exposed"] = labels.List(answer->exposed);
    json["exposed_layer"] = answer->exposed_layer;
    json["because"] = answer->because;
    json["seconds"] = {{"load", load}, {"check", check}};
  }
  if (args->Has("json")) {
    out << VisibleJson(json) << "\n";
  } else {
    out << json["verdict"].get<std::string>() << "\n";
    if (!args->Has("outside")) {
      for (CellId c : answer->further) out << "suppress: " << Visible(labels.Of(c)) << "\n";
      for (size_t i = 0; i < answer->exposed.size(); ++i) {
        const std::string& layer = answer->exposed_layer[i];
        out << "exposed: " << Visible(labels.Of(answer->exposed[i]))
            << (layer == "counts" ? "" : " (" + Visible(layer) + ")") << "\n";
      }
      if (!answer->because.empty()) out << "because of: " << Visible(answer->because) << "\n";
    }
  }
  return safe || enter ? 0 : kRefusedExit;
}

}  // namespace oboro::sdc::cli

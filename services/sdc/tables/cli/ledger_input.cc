#include "services/sdc/tables/cli/ledger_input.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/sdc/records/text_encoding.h"
#include "services/sdc/tables/cli/input.h"

namespace oboro::sdc::cli {
namespace {

constexpr char kCounts[] = "counts";  // how the unnamed measure is written

std::string MeasureNamed(const std::string& text) { return text == kCounts ? "" : text; }

// How the figures of --in are to be read.
struct Figures {
  int64_t round_to = 0, noise = 0;
  std::string rounding;
  bool bounds = false, range = false;  // columns low, high; up, down
  bool means = false;
};

absl::StatusOr<Figures> FiguresOf(const Args& args) {
  Figures f;
  absl::StatusOr<int64_t> round = args.Number("rounded-to", 0), noise = args.Number("noise", 0);
  if (!round.ok()) return round.status();
  if (!noise.ok()) return noise.status();
  f.round_to = *round, f.noise = *noise;
  f.rounding = args.Get("rounding", "nearest");
  if (f.rounding != "nearest" && f.rounding != "up" && f.rounding != "down") {
    return absl::InvalidArgumentError("--rounding is nearest, up or down");
  }
  f.bounds = args.Has("bounds"), f.range = args.Has("range"), f.means = args.Has("mean-of");
  if ((f.round_to > 0) + (f.noise > 0) + f.bounds + f.means > 1) {
    return absl::InvalidArgumentError(
        "--rounded-to, --noise, --bounds and --mean-of exclude one another");
  }
  return f;
}

// What a rounded or noisy figure tells, at least 0.
std::pair<int64_t, int64_t> IntervalOf(const Figures& f, int64_t value) {
  int64_t low = value - f.noise, high = value + f.noise;
  if (f.round_to > 0) {
    low = f.rounding == "nearest" ? value - f.round_to / 2
          : f.rounding == "up"    ? value - f.round_to + 1
                                  : value;
    high = low + f.round_to - 1;
  }
  return {std::max<int64_t>(0, low), std::max<int64_t>(0, high)};
}

// The nodes of a dimension under the categories that --where keeps (empty: all).
std::vector<StoredRelease::Node> NodesOf(const Dimension& dim,
                                         const std::vector<std::string>& kept) {
  std::vector<StoredRelease::Node> nodes;
  for (uint32_t n = 0; n < dim.node_count(); ++n) {
    StoredRelease::Node node{dim.label(n), n == dim.total() && kept.empty(), {}};
    for (uint32_t leaf : dim.leaves_under(n)) {
      const std::string& label = dim.label(leaf);
      if (node.total || label == kAnyCategory) break;
      if (kept.empty() || std::find(kept.begin(), kept.end(), label) != kept.end()) {
        node.leaves.push_back(label);
      }
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

// Values of a condition, with the spaces around them as `labels` have them.
std::vector<std::string> KeptLabels(const Condition& condition, const Dimension& dim) {
  std::vector<std::string> kept;
  for (const std::string& value : condition.values) {
    const std::string plain(absl::StripAsciiWhitespace(value));
    kept.push_back(dim.Find(value) >= 0 ? value : plain);
  }
  return kept;
}

absl::Status AddDimensions(const Args& args, const Grid& grid, StoredRelease* r) {
  absl::StatusOr<std::vector<Condition>> where = ConditionsOf(args);
  if (!where.ok()) return where.status();
  for (const Dimension& dim : grid.dims()) {
    std::vector<std::string> kept;
    for (const Condition& c : *where) {
      if (c.column == dim.name()) kept = KeptLabels(c, dim);
    }
    r->dims.push_back({dim.name(), NodesOf(dim, kept), false});
  }
  for (const Condition& c : *where) {
    const bool shown = std::any_of(grid.dims().begin(), grid.dims().end(),
                                   [&](const Dimension& d) { return d.name() == c.column; });
    if (shown) continue;
    StoredRelease::Node node{absl::StrCat(c.column, "="), false, {}};
    for (const std::string& value : c.values) {
      node.leaves.emplace_back(absl::StripAsciiWhitespace(value));
    }
    for (const std::string& value : node.leaves) {
      if (absl::Status s = CheckLabel(c.column, value); !s.ok()) return s;
      absl::StrAppend(&node.label, &value == &node.leaves[0] ? "" : "|", value);
    }
    r->dims.push_back({c.column, {std::move(node)}, true});
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> WholeNumber(const std::string& text, const Grid& grid, CellId c,
                                    const char* column) {
  absl::StatusOr<int64_t> value = ParseValue(text, 1);
  if (value.ok() && *value >= 0) return value;
  return absl::InvalidArgumentError(
      absl::StrCat(CellLabel(grid, c), ", column ", column, ": no whole number of at least 0"));
}

// One cell of the table into the release.
absl::Status AddCell(const Figures& f, const LongTable& table, CellId c, StoredRelease* r) {
  const size_t i = r->cells.size();
  std::vector<uint32_t> at;
  for (size_t d = 0; d < table.grid.rank(); ++d) {
    at.push_back(table.grid.node(c, d));
    const StoredRelease::Node& node = r->dims[d].nodes[at.back()];
    if (!node.total && node.leaves.empty()) return absl::OkStatus();  // outside the filter
  }
  at.resize(r->dims.size(), 0);
  CellStatus status = table.statuses[c];
  int64_t value = table.values[c];
  if (status == CellStatus::kValue && value < 0) {
    return absl::InvalidArgumentError(absl::StrCat(CellLabel(table.grid, c), " is negative"));
  }
  if (f.bounds && !table.extra[0][c].empty() && !table.extra[1][c].empty()) {
    absl::StatusOr<int64_t> low = WholeNumber(table.extra[0][c], table.grid, c, "low"),
                            high = WholeNumber(table.extra[1][c], table.grid, c, "high");
    if (!low.ok()) return low.status();
    if (!high.ok()) return high.status();
    if (*low > *high) {
      return absl::InvalidArgumentError(
          absl::StrCat(CellLabel(table.grid, c), ": low is above high"));
    }
    r->intervals.push_back({i, *low, *high});
    status = CellStatus::kRounded;
  } else if (status == CellStatus::kValue && (f.round_to > 0 || f.noise > 0)) {
    const auto [low, high] = IntervalOf(f, value);
    r->intervals.push_back({i, low, high});
    status = CellStatus::kRounded;
  } else if (status == CellStatus::kValue && f.means) {
    int decimals = 0;
    for (int64_t s = table.scale; s > 1; s /= 10) ++decimals;
    r->means.push_back({i, value, decimals});
    status = CellStatus::kRounded;
  }
  if (f.range && status == CellStatus::kSuppressedPrimary) {
    const size_t first = f.bounds ? 2 : 0;
    absl::StatusOr<int64_t> up = WholeNumber(table.extra[first][c], table.grid, c, "up"),
                            down = WholeNumber(table.extra[first + 1][c], table.grid, c, "down");
    if (!up.ok()) return up.status();
    if (!down.ok()) return down.status();
    r->ranges.push_back({i, *up, *down});
  }
  r->cells.push_back(std::move(at));
  r->values.push_back(status == CellStatus::kValue ? value : 0);
  r->statuses.push_back(status);
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> LedgerOptionNames() {
  return {"ledger",       "in",         "delimiter",  "encoding", "dims",
          "hierarchies",  "value",      "threshold",  "zeros",    "where",
          "as-of",        "id",         "base",       "measure",  "tenant-dimension",
          "max-refusals", "mean-of",    "rounded-to", "rounding", "noise",
          "link",         "flow-bound", "attackers"};
}

std::vector<std::string> LedgerFlagNames() {
  return {"json", "outside", "elsewhere", "amounts", "bounds", "range"};
}

absl::StatusOr<StoredRelease> ReadRelease(const Args& args) {
  absl::StatusOr<std::vector<std::string>> dims = args.Dims("dims");
  if (!dims.ok()) return dims.status();
  absl::StatusOr<int64_t> threshold = args.Number("threshold", 10);
  if (!threshold.ok()) return threshold.status();
  absl::StatusOr<ZeroPolicy> zeros = ZerosOf(args);
  if (!zeros.ok()) return zeros.status();
  absl::StatusOr<Figures> figures = FiguresOf(args);
  if (!figures.ok()) return figures.status();
  std::vector<std::string> extra;
  if (figures->bounds) extra = {"low", "high"};
  if (figures->range) extra.insert(extra.end(), {"up", "down"});
  absl::StatusOr<LongTable> table = ReadLongTable(args, *dims, args.Get("value", "value"), extra);
  if (!table.ok()) return table.status();
  if (table->scale != 1 && !figures->means) {
    return absl::InvalidArgumentError(
        "the ledger takes whole numbers; give amounts in their smallest unit, means by --mean-of");
  }
  StoredRelease r;
  r.id = args.Get("id", std::filesystem::path(args.Get("in")).stem().string());
  if (r.id.empty() || r.id.find('/') != std::string::npos || r.id[0] == '.') {
    return absl::InvalidArgumentError("--id is the name of a file: not empty, without / and .");
  }
  r.as_of = args.Get("as-of");
  r.measure = MeasureNamed(args.Get("measure"));
  r.mean_of = MeasureNamed(args.Get("mean-of"));
  for (const std::string* text : {&r.id, &r.as_of, &r.measure, &r.mean_of}) {
    if (InvalidUtf8At(*text)) {
      return absl::InvalidArgumentError("--id, --as-of, --measure and --mean-of must be UTF-8");
    }
  }
  if (figures->means && r.mean_of == r.measure) {
    return absl::InvalidArgumentError(
        "--mean-of names the measure that the means are divided by, --measure what is summed");
  }
  r.elsewhere = args.Has("elsewhere");
  r.amounts = args.Has("amounts") || figures->means || figures->range;
  r.threshold = r.amounts ? 0 : *threshold;
  r.zeros_shown = *zeros == ZeroPolicy::kShown;
  if (absl::Status s = AddDimensions(args, table->grid, &r); !s.ok()) return s;
  for (CellId c = 0; c < table->grid.cell_count(); ++c) {
    if (table->statuses[c] == CellStatus::kHidden) continue;
    if (absl::Status s = AddCell(*figures, *table, c, &r); !s.ok()) return s;
  }
  if (r.cells.empty()) return absl::InvalidArgumentError("the table has no cell");
  return r;
}

std::set<std::string> MeasuresOf(const StoredRelease& release) {
  std::set<std::string> measures = {release.measure};
  if (!release.means.empty()) measures.insert(release.mean_of);
  return measures;
}

absl::StatusOr<LedgerOptions> ReadLinks(const Args& args, const std::set<std::string>& measures) {
  LedgerOptions options;
  for (const std::string& link : args.List("link")) {
    const size_t at = link.find("<=");
    if (at == std::string::npos || at == 0 || at + 2 == link.size()) {
      return absl::InvalidArgumentError(
          "--link is measure<=measure, for example households<=counts");
    }
    const MeasureLink both{MeasureNamed(link.substr(0, at)), MeasureNamed(link.substr(at + 2))};
    for (const std::string& measure : {both.lesser, both.greater}) {
      if (measures.contains(measure)) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "--link ", link, ": nothing is released of ", measure.empty() ? kCounts : measure,
          ", so that it would bind nothing; mend the name, or leave it out until something is"));
    }
    options.links.push_back(both);
  }
  if (args.Has("flow-bound")) {
    absl::StatusOr<int64_t> bound = args.Number("flow-bound", 0);
    if (!bound.ok()) return bound.status();
    options.flow_bound = *bound;
  }
  return options;
}

absl::StatusOr<std::vector<LedgerBase>> ReadBases(const Args& args, const Grid& grid,
                                                  const std::vector<LedgerRelease>& releases) {
  std::map<std::pair<std::string, std::string>, std::vector<int64_t>> layers;
  for (const LedgerRelease& r : releases) {
    layers[{r.measure, r.as_of}].assign(grid.cell_count(), 0);
    for (const LedgerMean& mean : r.means) {
      layers[{mean.count_of, r.as_of}].assign(grid.cell_count(), 0);
    }
  }
  const std::string path = args.Get("base");
  std::vector<std::string> columns;
  for (const Dimension& dim : grid.dims()) columns.push_back(dim.name());
  columns.push_back("value");
  // One table for all layers; what has one measure or one date need not say which.
  absl::StatusOr<CodedTable> table = absl::NotFoundError("");
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"measure", "as_of"}, {"measure"}, {"as_of"}, {}}) {
    std::vector<std::string> all = columns;
    all.insert(all.end(), more.begin(), more.end());
    table = LoadFile(args, path, all);
    if (table.ok()) break;
  }
  if (!table.ok()) return table.status();
  const auto measure = table->Find("measure"), as_of = table->Find("as_of");
  std::set<std::string> measures, dates;
  for (const auto& [key, values] : layers) measures.insert(key.first), dates.insert(key.second);
  if ((!measure && measures.size() > 1) || (!as_of && dates.size() > 1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " needs a column ", measure ? "as_of" : "measure", ": the ledger has several"));
  }
  const size_t rank = grid.rank();
  std::vector<std::vector<int64_t>> node(rank);
  for (size_t d = 0; d < rank; ++d) {
    // Where releases filter by it only, what none of them keeps is one category.
    const int64_t other = grid.dim(d).Find(kOtherCategory);
    for (const std::string& label : table->column(d).dictionary()) {
      const int64_t n = grid.dim(d).Find(label);
      node[d].push_back(n < 0 ? other : n);
    }
  }
  int64_t left = kMaxTotal;
  for (uint64_t row = 0; row < table->rows(); ++row) {
    const auto layer =
        layers.find({measure ? MeasureNamed(table->column(*measure).value(row)) : *measures.begin(),
                     as_of ? table->column(*as_of).value(row) : *dates.begin()});
    if (layer == layers.end()) continue;  // nothing is released of it
    CellId cell = 0;
    for (size_t d = 0; d < rank; ++d) {
      const int64_t n = node[d][table->column(d).code(row)];
      if (n < 0 || !grid.dim(d).is_leaf(static_cast<uint32_t>(n))) {
        return absl::InvalidArgumentError(
            absl::StrCat(path, ", row ", row + 1, ": no category of ", grid.dim(d).name()));
      }
      cell += static_cast<CellId>(n) * grid.stride(d);
    }
    absl::StatusOr<int64_t> value = ParseValue(table->column(rank).value(row), 1);
    if (!value.ok() || *value < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", row ", row + 1, ", column value: no whole number of at least 0"));
    }
    if ((left -= *value) < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", row ", row + 1, ": the figures up to here are too large together"));
    }
    layer->second[cell] += *value;
  }
  std::vector<LedgerBase> bases;
  for (auto& [key, values] : layers) {
    grid.FillMargins(values);
    bases.push_back({key.first, key.second, std::move(values)});
  }
  return bases;
}

void KeepRelated(const StoredRelease& fresh, const LedgerOptions& options,
                 std::vector<StoredRelease>* releases) {
  std::set<std::string> measures = {fresh.measure};
  bool more = true;
  while (more) {
    const size_t before = measures.size();
    for (const MeasureLink& link : options.links) {
      if (measures.contains(link.lesser) || measures.contains(link.greater)) {
        measures.insert({link.lesser, link.greater});
      }
    }
    const auto by_mean = [&](const StoredRelease& r) {
      if (r.means.empty()) return;
      if (measures.contains(r.measure) || measures.contains(r.mean_of)) {
        measures.insert({r.measure, r.mean_of});
      }
    };
    by_mean(fresh);
    for (const StoredRelease& r : *releases) by_mean(r);
    more = measures.size() > before;
  }
  std::erase_if(*releases, [&](const StoredRelease& r) {
    return !measures.contains(r.measure) || (!options.flow_bound && r.as_of != fresh.as_of);
  });
}

}  // namespace oboro::sdc::cli

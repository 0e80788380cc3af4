// `oboro sdc table`: from records to a protected table.
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/sdc/tables/amounts.h"
#include "services/sdc/tables/cli/commands.h"
#include "services/sdc/tables/cli/costs.h"
#include "services/sdc/tables/cli/input.h"
#include "services/sdc/tables/cli/report.h"

namespace oboro::sdc::cli {
namespace {

constexpr char kOptions[] =
    "in delimiter encoding by hierarchies measure where threshold zeros level cost keep prefer out "
    "intervals p-percent q-percent dominance contributor min-contributors household min-households "
    "holding min-holdings establishment min-establishments all-in-one all-but-zero";

constexpr uint32_t kDropped = UINT32_MAX;

// Records of the columns needed, and which column is which.
struct Input {
  CodedTable table;
  std::vector<std::string> by;
  std::string measure, measured;  // "", sum, households or persons; and its column
  std::string contributor;
  struct Unit {
    std::string rule, column;
    int64_t minimum;
  };
  std::vector<Unit> units;
  std::vector<Condition> where;
  std::vector<std::vector<std::string>> categories;  // of each dimension
  std::vector<std::vector<uint32_t>> leaves;  // by dimension and row, where codes are not leaves

  const CodedColumn& column(const std::string& name) const {
    return table.column(*table.Find(name));
  }
};

// Rules on the units behind a cell: the column that tells them and their least number.
absl::Status ReadUnits(const Args& args, std::vector<Input::Unit>* units) {
  struct Flag {
    const char *rule, *column, *minimum;
    int64_t fallback;
  };
  // Establishments: one or two are never shown (公表基準).
  for (const Flag& flag : {Flag{"households", "household", "min-households", 0},
                           Flag{"holdings", "holding", "min-holdings", 0},
                           Flag{"establishments", "establishment", "min-establishments", 3}}) {
    absl::StatusOr<int64_t> minimum = args.Number(flag.minimum, flag.fallback);
    if (!minimum.ok()) return minimum.status();
    if (args.Has(flag.column) != (args.Has(flag.minimum) || flag.fallback > 0) &&
        (args.Has(flag.column) || args.Has(flag.minimum))) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", flag.minimum, " N and --", flag.column, " COLUMN go together"));
    }
    if (args.Has(flag.column)) units->push_back({flag.rule, args.Get(flag.column), *minimum});
  }
  return absl::OkStatus();
}

// Which codes of a column a condition keeps. A value that no record has is looked for without the
// spaces around it, as in 'a = 1 | 2'. Error: InvalidArgument if none of the values occurs.
absl::StatusOr<std::vector<uint8_t>> KeptBy(const Condition& condition, const CodedColumn& column) {
  std::vector<uint8_t> kept(column.distinct(), 0);
  bool any = false;
  for (const std::string& value : condition.values) {
    for (const std::string& text : {value, std::string(absl::StripAsciiWhitespace(value))}) {
      bool found = false;
      for (uint32_t code = 0; code < column.distinct(); ++code) {
        if (column.dictionary()[code] == text) kept[code] = found = true;
      }
      any = any || found;
      if (found) break;
    }
  }
  if (!any) {
    return absl::InvalidArgumentError(
        absl::StrCat("--where: no record has one of the values given for ", condition.column));
  }
  return kept;
}

// The categories of the dimensions: all values of the column, or those that --where keeps.
absl::Status MakeCategories(Input* in) {
  for (const std::string& name : in->by) {
    const CodedColumn& column = in->column(name);
    std::vector<uint8_t> kept(column.distinct(), 1);
    bool all = true;
    for (const Condition& c : in->where) {
      if (c.column != name) continue;
      absl::StatusOr<std::vector<uint8_t>> some = KeptBy(c, column);
      if (!some.ok()) return some.status();
      kept = std::move(*some);
      all = false;
    }
    std::vector<uint32_t> leaf_of(column.distinct(), kDropped);
    std::vector<std::string>& categories = in->categories.emplace_back();
    for (uint32_t code = 0; code < column.distinct(); ++code) {
      if (!kept[code]) continue;
      leaf_of[code] = static_cast<uint32_t>(categories.size());
      categories.push_back(column.dictionary()[code]);
    }
    std::vector<uint32_t>& leaves = in->leaves.emplace_back();
    for (uint64_t row = 0; row < column.size() && !all; ++row) {
      const uint32_t leaf = leaf_of[column.code(row)];
      leaves.push_back(leaf == kDropped ? 0 : leaf);  // the filter drops the row
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Input> Load(const Args& args) {
  Input in;
  absl::StatusOr<std::vector<std::string>> by = args.Dims("by");
  if (!by.ok()) return by.status();
  in.by = std::move(*by);
  const std::string measure = args.Get("measure");
  const size_t colon = measure.find(':');
  in.measure = measure.substr(0, colon);
  if (!measure.empty()) {
    if (colon == std::string::npos ||
        (in.measure != "sum" && in.measure != "households" && in.measure != "persons")) {
      return absl::InvalidArgumentError("--measure is sum:x, households:h or persons:p");
    }
    in.measured = measure.substr(colon + 1);
    if (in.measured.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--measure ", measure, " names no column after the colon"));
    }
  }
  in.contributor = args.Get("contributor");
  absl::StatusOr<std::vector<Condition>> where = ConditionsOf(args);
  if (!where.ok()) return where.status();
  in.where = std::move(*where);
  std::vector<std::string> columns;
  auto add = [&](const std::string& name) {
    if (!name.empty() && std::find(columns.begin(), columns.end(), name) == columns.end()) {
      columns.push_back(name);
    }
  };
  for (const std::string& name : in.by) add(name);
  add(in.measured);
  add(in.contributor);
  if (absl::Status s = ReadUnits(args, &in.units); !s.ok()) return s;
  for (const Input::Unit& unit : in.units) add(unit.column);
  for (const Condition& c : in.where) add(c.column);
  absl::StatusOr<CodedTable> table = LoadInput(args, columns);
  if (!table.ok()) return table.status();
  in.table = std::move(*table);
  if (absl::Status s = MakeCategories(&in); !s.ok()) return s;
  return in;
}

absl::StatusOr<Grid> MakeGrid(const Args& args, const Input& in) {
  absl::StatusOr<std::map<std::string, std::string>> files = HierarchyFiles(args, in.by);
  if (!files.ok()) return files.status();
  std::vector<Dimension> dims;
  for (size_t d = 0; d < in.by.size(); ++d) {
    const std::string& name = in.by[d];
    absl::StatusOr<Dimension> dim =
        MakeDimension(name, in.categories[d], files->contains(name) ? files->at(name) : "",
                      args.Get("encoding", "utf-8"));
    if (!dim.ok()) return dim.status();
    dims.push_back(std::move(*dim));
  }
  return Grid::Make(std::move(dims));
}

absl::StatusOr<TabulateOptions> FiltersOf(const Input& in) {
  TabulateOptions options;
  for (const Condition& condition : in.where) {
    const CodedColumn& column = in.column(condition.column);
    absl::StatusOr<std::vector<uint8_t>> kept = KeptBy(condition, column);
    if (!kept.ok()) return kept.status();
    options.filters.push_back({SpanOf(column), std::move(*kept)});
  }
  return options;
}

std::vector<uint32_t> CodesOf(const CodedColumn& column) {
  std::vector<uint32_t> codes(column.size());
  for (uint64_t i = 0; i < column.size(); ++i) codes[i] = column.code(i);
  return codes;
}

absl::StatusOr<std::vector<UnitRule>> UnitRulesOf(const Input& in, const Grid& grid,
                                                  std::span<const CodeSpan> columns,
                                                  const TabulateOptions& filters) {
  std::vector<UnitRule> rules;
  for (const Input::Unit& unit : in.units) {
    absl::StatusOr<std::vector<int64_t>> units =
        TabulateDistinct(grid, columns, CodesOf(in.column(unit.column)), filters);
    if (!units.ok()) return units.status();
    rules.push_back({unit.rule, std::move(*units), unit.minimum});
  }
  return rules;
}

// The dimensions that an option names.
absl::StatusOr<std::vector<size_t>> DimsOf(const Args& args, const std::string& option,
                                           const std::vector<std::string>& by) {
  std::vector<size_t> dims;
  for (const std::string& name : args.List(option)) {
    const auto at = std::find(by.begin(), by.end(), name);
    if (at == by.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", option, ": ", name, " is no dimension of --by"));
    }
    dims.push_back(static_cast<size_t>(at - by.begin()));
  }
  return dims;
}

// Amounts as whole numbers in units of 1/scale.
absl::StatusOr<std::vector<int64_t>> AmountsOf(const CodedColumn& column, int64_t* scale) {
  absl::StatusOr<int64_t> power = ScaleOf(column.dictionary());
  if (!power.ok()) return power.status();
  *scale = *power;
  std::vector<int64_t> of_code;
  for (const std::string& text : column.dictionary()) {
    absl::StatusOr<int64_t> value = ParseValue(text, *scale);
    if (!value.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "column ", column.name(), " holds a value that is empty, no number or too large"));
    }
    of_code.push_back(*value);
  }
  std::vector<int64_t> amounts(column.size());
  for (uint64_t i = 0; i < column.size(); ++i) amounts[i] = of_code[column.code(i)];
  return amounts;
}

// Rules that the measure does not have: to read over them would protect less than was asked for.
absl::Status CheckRules(const Args& args, bool amounts) {
  const std::vector<std::string> of_amounts = {"p-percent",        "q-percent",   "dominance",
                                               "min-contributors", "contributor", "singletons"};
  const std::vector<std::string> of_counts = {"all-in-one", "all-but-zero"};
  for (const std::string& name : amounts ? of_counts : of_amounts) {
    if (!args.Has(name)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "--", name, " is a rule of ", amounts ? "counts, not of sums" : "sums (--measure sum:x)"));
  }
  if (amounts && args.Get("zeros", "open") != "open") {
    return absl::InvalidArgumentError("--zeros is a rule of counts, not of sums");
  }
  if (args.Has("q-percent") && !args.Has("p-percent")) {
    return absl::InvalidArgumentError("--q-percent needs --p-percent");
  }
  return absl::OkStatus();
}

absl::StatusOr<AmountPolicy> AmountPolicyOf(const Args& args, const Grid& grid) {
  AmountPolicy policy;
  absl::StatusOr<int64_t> p = args.Number("p-percent", 0), q = args.Number("q-percent", 0),
                          few = args.Number("min-contributors", 0);
  for (const auto* n : {&p, &q, &few}) {
    if (!n->ok()) return n->status();
  }
  if (*p > kMaxPercent || *q > kMaxPercent) {
    return absl::InvalidArgumentError(
        absl::StrCat("--p-percent and --q-percent are at most ", kMaxPercent));
  }
  policy.p_percent = *p, policy.q_percent = *q, policy.min_contributors = *few;
  // The least count holds for who stands behind a sum; without any rule it is that of counts.
  bool ruled = *p > 0;
  for (const char* rule :
       {"dominance", "min-contributors", "household", "holding", "establishment"}) {
    ruled = ruled || args.Has(rule);
  }
  absl::StatusOr<int64_t> threshold = args.Number("threshold", ruled ? 0 : 10);
  if (!threshold.ok()) return threshold.status();
  policy.min_contributors = std::max(policy.min_contributors, *threshold);
  if (args.Has("dominance")) {
    const std::vector<std::string> nk = args.List("dominance");
    if (nk.size() != 2 || !absl::SimpleAtoi(nk[0], &policy.dominance_n) ||
        !absl::SimpleAtoi(nk[1], &policy.dominance_k) || policy.dominance_n < 1 ||
        policy.dominance_n > 1000 || policy.dominance_k < 1 || policy.dominance_k > 100) {
      return absl::InvalidArgumentError(
          "--dominance is n,k: n contributors, k %; for example 1,80");
    }
  }
  absl::StatusOr<ProtectionLevel> level = LevelOf(args);
  absl::StatusOr<Costs> costs = ReadCosts(args, grid);
  if (!level.ok()) return level.status();
  if (!costs.ok()) return costs.status();
  policy.level = *level;
  TakeCosts(std::move(*costs), &policy);
  policy.singletons = args.Has("singletons");
  return policy;
}

absl::StatusOr<TablePolicy> CountPolicyOf(const Args& args, const Grid& grid) {
  TablePolicy policy;
  absl::StatusOr<int64_t> threshold = args.Number("threshold", 10);
  absl::StatusOr<ZeroPolicy> zeros = ZerosOf(args);
  absl::StatusOr<ProtectionLevel> level = LevelOf(args);
  absl::StatusOr<Costs> costs = ReadCosts(args, grid);
  if (!threshold.ok()) return threshold.status();
  if (!zeros.ok()) return zeros.status();
  if (!level.ok()) return level.status();
  if (!costs.ok()) return costs.status();
  policy.min_count = std::max<int64_t>(1, *threshold);  // 0 and 1: no count is too small
  policy.zeros = *zeros;
  policy.level = *level;
  TakeCosts(std::move(*costs), &policy);
  return policy;
}

// Records on their grid, ready to be tabulated.
struct Work {
  const Args& args;
  const Input& in;
  const Grid& grid;
  const std::vector<CodeSpan>& columns;
  const TabulateOptions& filters;
  Stopwatch watch;
  Seconds seconds;
};

absl::StatusOr<int> TableOfAmounts(Work* work, std::ostream& out) {
  const Input& in = work->in;
  int64_t scale = 1;
  absl::StatusOr<AmountPolicy> policy = AmountPolicyOf(work->args, work->grid);
  if (!policy.ok()) return policy.status();
  absl::StatusOr<std::vector<int64_t>> amounts = AmountsOf(in.column(in.measured), &scale);
  if (!amounts.ok()) return amounts.status();
  std::vector<uint32_t> who;
  if (!in.contributor.empty()) who = CodesOf(in.column(in.contributor));
  const auto largest = static_cast<size_t>(std::max<int64_t>(2, policy->dominance_n));
  absl::StatusOr<AmountTable> table =
      TabulateAmounts(work->grid, work->columns, *amounts, who, largest, work->filters);
  if (!table.ok()) return table.status();
  absl::StatusOr<std::vector<UnitRule>> units =
      UnitRulesOf(in, work->grid, work->columns, work->filters);
  if (!units.ok()) return units.status();
  policy->units = std::move(*units);
  work->seconds.tabulate = work->watch.Lap();
  absl::StatusOr<ProtectedTable> safe = ProtectAmounts(work->grid, *table, *policy);
  if (!safe.ok()) return safe.status();
  work->seconds.protect = work->watch.Lap();
  const Made made{work->grid, table->values, *safe, KnownBounds(table->values, ZeroPolicy::kOpen),
                  scale};
  return FinishTable(work->args, made, work->seconds, out);
}

absl::StatusOr<int> TableOfCounts(Work* work, std::ostream& out) {
  const Input& in = work->in;
  const Grid& grid = work->grid;
  absl::StatusOr<TablePolicy> policy = CountPolicyOf(work->args, grid);
  if (!policy.ok()) return policy.status();
  DistinctTable distinct;
  if (in.measure.empty()) {
    absl::StatusOr<std::vector<int64_t>> counts =
        TabulateCounts(grid, work->columns, work->filters);
    if (!counts.ok()) return counts.status();
    distinct.values = std::move(*counts);
  } else {
    absl::StatusOr<DistinctTable> table =
        TabulateDistinctTable(grid, work->columns, CodesOf(in.column(in.measured)), work->filters);
    if (!table.ok()) return table.status();
    distinct = std::move(*table);
  }
  absl::StatusOr<std::vector<UnitRule>> units = UnitRulesOf(in, grid, work->columns, work->filters);
  if (!units.ok()) return units.status();
  policy->units = std::move(*units);
  absl::StatusOr<std::vector<size_t>> in_one = DimsOf(work->args, "all-in-one", in.by),
                                      but_zero = DimsOf(work->args, "all-but-zero", in.by);
  if (!in_one.ok()) return in_one.status();
  if (!but_zero.ok()) return but_zero.status();
  policy->attributes = {std::move(*in_one), std::move(*but_zero)};
  work->seconds.tabulate = work->watch.Lap();

  // Where nobody counts in several cells of a margin distinct ids are counts like any other.
  const bool additive = IsAdditive(grid, distinct.values);
  DistinctProtection safe;
  if (additive) {
    absl::StatusOr<ProtectedTable> table = ProtectCounts(grid, distinct.values, *policy);
    if (!table.ok()) return table.status();
    safe.table = std::move(*table);
  } else {
    absl::StatusOr<DistinctProtection> table = ProtectDistinct(grid, distinct, *policy);
    if (!table.ok()) return table.status();
    safe = std::move(*table);
  }
  work->seconds.protect = work->watch.Lap();
  Made made{grid, distinct.values, safe.table, KnownBounds(distinct.values, policy->zeros)};
  made.least = policy->level == ProtectionLevel::kP ? policy->min_count : 0;
  made.zeros_count = policy->zeros == ZeroPolicy::kProtected;
  if (!additive) made.distinct = &distinct, made.populations = &safe;
  return FinishTable(work->args, made, work->seconds, out);
}

}  // namespace

absl::StatusOr<int> RunTable(int argc, char** argv, std::ostream& out) {
  absl::StatusOr<Args> args =
      Args::Parse(argc, argv, SplitText(kOptions, ' '), {"json", "outside", "singletons"});
  if (!args.ok()) return args.status();
  Seconds seconds;
  Stopwatch watch;
  absl::StatusOr<Input> in = Load(*args);
  if (!in.ok()) return in.status();
  seconds.load = watch.Lap();
  absl::StatusOr<Grid> grid = MakeGrid(*args, *in);
  if (!grid.ok()) return grid.status();
  std::vector<CodeSpan> columns;
  for (size_t d = 0; d < in->by.size(); ++d) {
    const bool plain = in->leaves[d].empty();
    columns.push_back(plain ? SpanOf(in->column(in->by[d]))
                            : CodeSpan(std::span<const uint32_t>(in->leaves[d])));
  }
  absl::StatusOr<TabulateOptions> filters = FiltersOf(*in);
  if (!filters.ok()) return filters.status();
  if (absl::Status s = CheckRules(*args, in->measure == "sum"); !s.ok()) return s;
  Work work{*args, *in, *grid, columns, *filters, watch, seconds};
  return in->measure == "sum" ? TableOfAmounts(&work, out) : TableOfCounts(&work, out);
}

}  // namespace oboro::sdc::cli

#include "absl/strings/str_cat.h"
#include "services/sdc/records/cli/common.h"
#include "services/sdc/records/linked_risk.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/risk.h"

namespace oboro::sdc {
namespace {

absl::Status AddHouseholds(const CodedTable& table, const std::vector<size_t>& qi, size_t column,
                           int threads, OrderedJson* json) {
  auto sizes = ClassSizes(table, qi, threads);
  if (!sizes.ok()) return sizes.status();
  std::vector<double> risk;
  risk.reserve(sizes->size());
  for (const uint32_t n : *sizes) risk.push_back(1.0 / n);
  auto measure = MeasureHouseholds(risk, table.column(column));
  if (!measure.ok()) return measure.status();
  (*json)["household"] = {
      {"households", measure->households},
      {"max", measure->max},
      {"mean", measure->mean},
      {"record_mean", measure->record_mean},
      {"highest_member",
       {{"max", measure->highest_member_max}, {"mean", measure->highest_member_mean}}}};
  return absl::OkStatus();
}

absl::Status AddJournalist(const Flags& flags, const CodedTable& table,
                           const std::vector<std::string>& names, const std::vector<size_t>& qi,
                           const FileFormat& format, int threads, OrderedJson* json) {
  auto population = LoadFile(flags.Get("population"), format, names, threads);
  if (!population.ok()) return population.status();
  auto measure = MeasureJournalist(table, qi, *population, qi, threads);
  if (!measure.ok()) return measure.status();
  (*json)["journalist"] = {{"max", measure->max},
                           {"mean", measure->mean},
                           {"population_records", population->rows()},
                           {"records_beyond_population", measure->records_beyond_population}};
  return absl::OkStatus();
}

OrderedJson ToJson(const ClassMeasure& m, uint64_t k) {
  OrderedJson json;
  json["records"] = m.records;
  json["classes"] = m.classes;
  json["min_class"] = m.min_class;
  json["max_class"] = m.max_class;
  json["uniques"] = m.uniques;
  OrderedJson below = OrderedJson::object();
  std::vector<uint64_t> thresholds = {2, 3, 5, 10};
  if (k > 0 && std::find(thresholds.begin(), thresholds.end(), k) == thresholds.end()) {
    thresholds.push_back(k);
  }
  for (const uint64_t t : thresholds) below[std::to_string(t)] = m.RecordsBelow(t);
  json["records_below"] = below;
  json["histogram"] = OrderedJson::array();
  for (const auto& [size, count] : m.histogram) {
    json["histogram"].push_back(OrderedJson::array({size, count}));
  }
  json["prosecutor"] = {{"max", m.ProsecutorMax()}, {"mean", m.ProsecutorMean()}};
  json["marketer"] = m.ProsecutorMean();
  json["sensitive"] = OrderedJson::object();
  for (const SensitiveMeasure& s : m.sensitive) {
    json["sensitive"][s.name] = {
        {"distinct_l", s.distinct_l}, {"entropy_l", s.entropy_l}, {"t_equal", s.t_equal}};
  }
  return json;
}

absl::StatusOr<OrderedJson> Measure(const Flags& flags) {
  auto path = flags.Need("in");
  if (!path.ok()) return path.status();
  if (auto need = flags.Need("quasi-identifiers"); !need.ok()) return need.status();
  auto names = flags.List("quasi-identifiers");
  auto sensitive = flags.List("sensitive");
  auto format = FormatOf(flags);
  auto threads = ThreadsOf(flags);
  auto k = flags.Whole("k");
  for (const absl::Status& s :
       {names.status(), sensitive.status(), format.status(), threads.status(), k.status()}) {
    if (!s.ok()) return s;
  }
  absl::Status once =
      CheckNamedOnce({{"--quasi-identifiers", &*names}, {"--sensitive", &*sensitive}});
  if (!once.ok()) return once;
  std::vector<std::string> columns = *names;
  columns.insert(columns.end(), sensitive->begin(), sensitive->end());
  const std::string household = flags.Get("household");
  size_t household_column = columns.size();
  if (!household.empty()) {
    // A household number may have another part as well; it is loaded once.
    const auto at = std::find(columns.begin(), columns.end(), household);
    household_column = at - columns.begin();
    if (at == columns.end()) columns.push_back(household);
  }
  const Stopwatch load;
  auto table = LoadFile(*path, *format, columns, *threads);
  if (!table.ok()) return table.status();
  const double load_seconds = load.Seconds();
  std::vector<size_t> qi, sa;
  for (size_t i = 0; i < names->size(); ++i) qi.push_back(i);
  for (size_t i = 0; i < sensitive->size(); ++i) sa.push_back(names->size() + i);
  const Stopwatch measuring;
  auto measure = MeasureClasses(*table, qi, sa, {.threads = *threads});
  if (!measure.ok()) return measure.status();
  OrderedJson json = ToJson(*measure, k->value_or(0));
  if (flags.Has("population")) {
    absl::Status ok = AddJournalist(flags, *table, *names, qi, *format, *threads, &json);
    if (!ok.ok()) return ok;
  }
  if (!household.empty()) {
    absl::Status ok = AddHouseholds(*table, qi, household_column, *threads, &json);
    if (!ok.ok()) return ok;
  }
  json["seconds"] = {{"load", load_seconds}, {"measure", measuring.Seconds()}};
  json["threads"] = ThreadCount(*threads);
  json["peak_bytes"] = PeakBytes();
  return json;
}

void PrintText(const OrderedJson& json, std::ostream& out) {
  out << "records            " << json["records"] << "\nclasses            " << json["classes"]
      << "\nsmallest class     " << json["min_class"] << "\nlargest class      "
      << json["max_class"] << "\nunique records     " << json["uniques"] << "\n";
  for (const auto& [k, n] : json["records_below"].items()) {
    out << "records below " << k << (k.size() < 2 ? "    " : "   ") << n << "\n";
  }
  out << "prosecutor risk    max " << json["prosecutor"]["max"] << ", mean "
      << json["prosecutor"]["mean"] << "\n";
  for (const char* name : {"journalist", "household"}) {
    if (json.contains(name)) {
      out << name << " risk    max " << json[name]["max"] << ", mean " << json[name]["mean"]
          << "\n";
    }
  }
  for (const auto& [name, s] : json["sensitive"].items()) {
    out << "sensitive \"" << name << "\": distinct l " << s["distinct_l"] << ", entropy l "
        << s["entropy_l"] << ", t (equal) " << s["t_equal"] << "\n";
  }
}

}  // namespace

int RunRisk(const Flags& flags, std::ostream& out, std::ostream& err) {
  auto json = Measure(flags);
  if (!json.ok()) return Fail(json.status(), err);
  if (flags.Has("json")) {
    out << json->dump() << "\n";
  } else {
    PrintText(*json, out);
  }
  return 0;
}

}  // namespace oboro::sdc

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/cli/common.h"
#include "services/sdc/records/frontier.h"
#include "services/sdc/records/parallel.h"

namespace oboro::sdc {
namespace {

std::string Number(double x) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.17g", x);
  return text;
}

std::string Quoted(const std::string& name) {
  if (name.find_first_of(",\"\r\n") == std::string::npos) return name;
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

void PrintCsv(const Job& job, const Frontier& frontier, std::ostream& out) {
  out << "k,suppression_limit,metric,found";
  for (const std::string& name : job.names) out << "," << Quoted(absl::StrCat("level:", name));
  out << ",score,suppressed_records,classes\n";
  for (const FrontierRow& row : frontier.rows) {
    out << row.k << "," << row.suppression_limit.ToDouble() << "," << MetricName(row.metric) << ","
        << (row.found ? "true" : "false");
    for (size_t d = 0; d < job.names.size(); ++d) {
      out << ",";
      if (row.found) out << row.levels[d];
    }
    if (row.found) {
      out << "," << Number(row.score) << "," << row.suppressed << "," << row.classes << "\n";
    } else {
      out << ",,,\n";
    }
  }
}

OrderedJson ToJson(const Job& job, const Frontier& frontier) {
  OrderedJson rows = OrderedJson::array();
  for (const FrontierRow& row : frontier.rows) {
    OrderedJson r;
    r["k"] = row.k;
    r["suppression_limit"] = row.suppression_limit.ToDouble();
    r["metric"] = MetricName(row.metric);
    r["found"] = row.found;
    r["levels"] = OrderedJson::object();
    if (row.found) {
      for (size_t d = 0; d < row.levels.size(); ++d) r["levels"][job.names[d]] = row.levels[d];
      r["score"] = row.score;
      r["suppressed_records"] = row.suppressed;
      r["classes"] = row.classes;
    }
    rows.push_back(std::move(r));
  }
  OrderedJson json;
  json["rows"] = std::move(rows);
  json["lattice_nodes"] = frontier.lattice_nodes;
  json["evaluated_nodes"] = frontier.evaluated_nodes;
  return json;
}

absl::Status ReadRanges(const Flags& flags, FrontierOptions* options) {
  auto k_max = flags.Whole("k-max");
  if (!k_max.ok()) return k_max.status();
  options->k_high = k_max->value_or(100);
  auto limits = flags.List("suppression-limits");
  if (!limits.ok()) return limits.status();
  if (!limits->empty()) options->suppression_limits.clear();
  for (const std::string& limit : *limits) {
    auto value = Rational::Parse(limit);
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--suppression-limits: ", value.status().message()));
    }
    options->suppression_limits.push_back(*value);
  }
  auto metrics = flags.List("metrics");
  if (!metrics.ok()) return metrics.status();
  if (!metrics->empty()) options->metrics.clear();
  for (const std::string& name : *metrics) {
    auto metric = ParseMetric(name);
    if (!metric.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--metrics: ", metric.status().message()));
    }
    options->metrics.push_back(*metric);
  }
  return absl::OkStatus();
}

}  // namespace

int RunFrontier(const Flags& flags, std::ostream& out, std::ostream& err) {
  FrontierOptions options;
  if (absl::Status ok = ReadRanges(flags, &options); !ok.ok()) return Fail(ok, err);
  auto job = MakeJob(flags);
  if (!job.ok()) return Fail(job.status(), err);
  options.weights = (*job)->weights;
  options.threads = (*job)->threads;
  const Stopwatch searching;
  auto deadline = DeadlineOf(flags);
  if (!deadline.ok()) return Fail(deadline.status(), err);
  options.stop = *std::move(deadline);
  auto frontier = FindFrontier((*job)->input, options);
  if (!frontier.ok()) return Fail(frontier.status(), err);
  if (!flags.Has("json")) {
    PrintCsv(**job, *frontier, out);
    return 0;
  }
  OrderedJson json = ToJson(**job, *frontier);
  json["seconds"] = {{"load", (*job)->load_seconds}, {"search", searching.Seconds()}};
  json["threads"] = ThreadCount((*job)->threads);
  json["peak_bytes"] = PeakBytes();
  out << json.dump() << "\n";
  return 0;
}

}  // namespace oboro::sdc

#include <openssl/rand.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/anonymized.h"
#include "services/sdc/records/cli/common.h"
#include "services/sdc/records/manifest.h"
#include "services/sdc/records/parallel.h"

namespace oboro::sdc {
namespace {

volatile std::sig_atomic_t interrupted = 0;

// While it lives, the first Ctrl-C ends the search with the best so far; a second ends the program.
class Interruptible {
 public:
  Interruptible() {
    interrupted = 0;
    struct sigaction action = {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigaction(SIGINT, &action, &before_);
  }
  ~Interruptible() { sigaction(SIGINT, &before_, nullptr); }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  struct sigaction before_ = {};
};

// Whether what is asked to be written can be, as far as that shows before the search.
absl::Status CheckOutputs(const Flags& flags) {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, fs::path>> files = {{"--in", flags.Get("in")}};
  std::error_code ignored;
  for (const std::string flag : {"out", "manifest"}) {
    if (!flags.Has(flag)) continue;
    const fs::path path = flags.Get(flag);
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (path.empty() || fs::is_directory(path, ignored) || !fs::is_directory(folder, ignored)) {
      return absl::InvalidArgumentError(absl::StrCat("--", flag, ": \"", path.string(),
                                                     "\" cannot be written; name a file in a "
                                                     "folder that exists"));
    }
    files.emplace_back("--" + flag, path);
  }
  for (size_t i = 0; i < files.size(); ++i) {
    for (size_t j = i + 1; j < files.size(); ++j) {
      if (files[i].second == files[j].second ||
          fs::equivalent(files[i].second, files[j].second, ignored)) {
        return absl::InvalidArgumentError(absl::StrCat(files[i].first, " and ", files[j].first,
                                                       " name the same file; name another"));
      }
    }
  }
  return absl::OkStatus();
}

// Written beside its place and renamed when whole: what has the name is complete.
absl::Status WriteFile(const std::string& path,
                       const std::function<absl::Status(std::ostream&)>& write) {
  const std::string partial = path + ".partial";
  {
    std::ofstream file(partial, std::ios::binary | std::ios::trunc);
    if (!file) {
      return absl::InvalidArgumentError(
          absl::StrCat("file \"", path, "\" cannot be written; does its folder exist?"));
    }
    if (absl::Status ok = write(file); !ok.ok()) {
      std::remove(partial.c_str());
      return ok;
    }
  }
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    std::remove(partial.c_str());
    return absl::DataLossError(absl::StrCat("file \"", path, "\" cannot be written"));
  }
  return absl::OkStatus();
}

OrderedJson ToJson(const Job& job, const SearchResult& r) {
  OrderedJson json;
  json["found"] = r.found;
  json["optimal"] = r.optimal();
  json["complete"] = r.complete;
  json["levels"] = OrderedJson::object();
  if (r.found) {
    for (size_t d = 0; d < r.levels.size(); ++d) json["levels"][job.names[d]] = r.levels[d];
    json["score"] = r.score;
  } else {
    json["score"] = nullptr;
  }
  json["bound"] = r.found || !r.complete ? OrderedJson(r.bound) : OrderedJson(nullptr);
  json["records"] = r.records;
  json["suppressed_records"] = r.suppressed;
  json["classes"] = r.classes;
  json["min_class"] = r.min_class;
  json["losses"] = OrderedJson::object();
  for (size_t d = 0; d < r.losses.size(); ++d) json["losses"][job.names[d]] = r.losses[d];
  json["lattice_nodes"] = r.lattice_nodes;
  json["evaluated_nodes"] = r.evaluated_nodes;
  return json;
}

absl::Status Write(const Flags& flags, const Job& job, const SearchOptions& options,
                   const SearchResult& result) {
  if (!flags.Has("out") && !flags.Has("manifest")) return absl::OkStatus();
  auto node = ApplyNode(job.input, result.levels, job.threads);
  if (!node.ok()) return node.status();
  if (node->kept_records + result.suppressed != result.records || node->classes != result.classes) {
    return absl::InternalError("the search and its application disagree; nothing was written");
  }
  if (flags.Has("out")) {
    WriteOptions write;
    write.delimiter = job.format.delimiter;
    write.keep = job.keep;
    if (RAND_bytes(write.seed.data(), static_cast<int>(write.seed.size())) != 1) {
      return absl::InternalError("the system gives no random numbers; nothing was written");
    }
    absl::Status ok = WriteFile(flags.Get("out"), [&](std::ostream& out) {
      return WriteAnonymized(job.input, *node, write, out);
    });
    if (!ok.ok()) return ok;
  }
  if (!flags.Has("manifest")) return absl::OkStatus();
  ManifestInput manifest;
  manifest.input = &job.input;
  manifest.options = &options;
  manifest.result = &result;
  manifest.applied = &*node;
  manifest.kept_columns = job.keep_names;
  manifest.hierarchy_rules = job.hierarchy_rules;
  manifest.sensitive_hierarchy_rules = job.sensitive_hierarchy_rules;
  if (!job.keyed_digest.empty()) manifest.keyed_input_digest = job.keyed_digest;
  return WriteFile(flags.Get("manifest"), [&](std::ostream& out) {
    out << MakeManifest(manifest);
    out.flush();
    return out ? absl::OkStatus() : absl::DataLossError("writing the manifest failed");
  });
}

void PrintText(const OrderedJson& json, std::ostream& out) {
  if (!json["found"].get<bool>()) {
    out << (json["complete"].get<bool>()
                ? "No generalisation meets the models within the suppression limit.\n"
                : "None found before the search was stopped.\n");
    return;
  }
  if (json["optimal"].get<bool>()) {
    out << "optimum\n";
  } else {
    out << "best so far, not proven optimal: no other scores below " << json["bound"] << "\n";
  }
  for (const auto& [name, level] : json["levels"].items()) {
    out << "  " << name << ": level " << level << ", loss " << json["losses"][name] << "\n";
  }
  out << "score " << json["score"] << ", suppressed " << json["suppressed_records"] << " of "
      << json["records"] << " records, " << json["classes"] << " classes of at least "
      << json["min_class"] << " records; " << json["evaluated_nodes"] << " of "
      << json["lattice_nodes"] << " nodes evaluated\n";
}

absl::StatusOr<SearchOptions> MakeOptions(const Flags& flags) {
  SearchOptions options;
  auto limit = flags.Decimal("suppression-limit");
  if (!limit.ok()) return limit.status();
  options.suppression_limit = limit->value_or(Rational{0, 1});
  if (options.suppression_limit.num < 0 ||
      options.suppression_limit.num > options.suppression_limit.den) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--suppression-limit: \"", flags.Get("suppression-limit"),
        "\" is not a share of the records; give a number between 0 and 1 such as 0.05"));
  }
  auto metric = ParseMetric(flags.Get("metric", "loss"));
  if (!metric.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--metric: ", metric.status().message()));
  }
  options.metric = *metric;
  if (auto deadline = DeadlineOf(flags); !deadline.ok()) return deadline.status();
  return options;
}

// Deadline and Ctrl-C.
std::function<bool()> StopOf(const Flags& flags) {
  return [deadline = DeadlineOf(flags).value()] {
    return interrupted != 0 || (deadline && deadline());
  };
}

}  // namespace

int RunAnonymize(const Flags& flags, std::ostream& out, std::ostream& err) {
  auto options = MakeOptions(flags);
  if (!options.ok()) return Fail(options.status(), err);
  if (absl::Status ok = CheckOutputs(flags); !ok.ok()) return Fail(ok, err);
  auto job = MakeJob(flags);
  if (!job.ok()) return Fail(job.status(), err);
  if ((*job)->input.models.empty()) {
    return Fail(absl::InvalidArgumentError("name at least one model, for instance --k 5"), err);
  }
  const Stopwatch searching;
  options->weights = (*job)->weights;
  options->threads = (*job)->threads;
  options->stop = StopOf(flags);
  if (flags.Has("progress")) {
    options->progress = [&err](const SearchProgress& p) {
      err << p.evaluated_nodes << " nodes evaluated, " << p.open_nodes << " open, best "
          << (p.best ? absl::StrCat(*p.best) : "none") << ", bound " << p.bound << "\n";
    };
  }
  auto result = [&] {
    const Interruptible interruptible;
    return FindOptimum((*job)->input, *options);
  }();
  if (!result.ok()) return Fail(result.status(), err);
  const double search_seconds = searching.Seconds();
  const Stopwatch writing;
  if (result->found) {
    if (absl::Status ok = Write(flags, **job, *options, *result); !ok.ok()) return Fail(ok, err);
  }
  OrderedJson json = ToJson(**job, *result);
  json["seconds"] = {
      {"load", (*job)->load_seconds}, {"search", search_seconds}, {"write", writing.Seconds()}};
  json["threads"] = ThreadCount((*job)->threads);
  json["peak_bytes"] = PeakBytes();
  if (flags.Has("json")) {
    out << json.dump() << "\n";
  } else {
    PrintText(json, out);
  }
  return 0;
}

}  // namespace oboro::sdc

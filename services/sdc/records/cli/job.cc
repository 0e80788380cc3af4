#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/cli/common.h"
#include "services/sdc/records/cli/hierarchy_sources.h"

namespace oboro::sdc {
namespace {

// NAME=LEVEL pins, NAME=LOW-HIGH bounds.
absl::Status ReadLevels(const Flags& flags, Job* job) {
  auto parts = flags.List("levels");
  if (!parts.ok()) return parts.status();
  if (parts->empty()) return absl::OkStatus();
  for (const auto& h : job->hierarchies) {
    if (job->input.level_bounds.size() == job->names.size()) break;
    job->input.level_bounds.emplace_back(0, static_cast<int>(h->level_count()) - 1);
  }
  for (const std::string& part : *parts) {
    const size_t equals = part.rfind('=');
    const std::string name = part.substr(0, equals);
    const auto at = std::find(job->names.begin(), job->names.end(), name);
    const std::string range = equals == std::string::npos ? "" : part.substr(equals + 1);
    const size_t dash = range.find('-');
    auto low = Rational::Parse(range.substr(0, dash));
    auto high = dash == std::string::npos ? low : Rational::Parse(range.substr(dash + 1));
    if (at == job->names.end() || !low.ok() || !high.ok() || low->den != 1 || high->den != 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--levels: \"", part, "\" is not NAME=LEVEL or NAME=LOW-HIGH of a quasi-identifier"));
    }
    auto& bounds = job->input.level_bounds[at - job->names.begin()];
    const int top = static_cast<int>(job->hierarchies[at - job->names.begin()]->level_count()) - 1;
    if (low->num < 0 || low->num > high->num || high->num > top) {
      return absl::InvalidArgumentError(absl::StrCat("--levels: \"", part, "\" is out of range; \"",
                                                     name, "\" has levels 0 to ", top));
    }
    bounds = {static_cast<int>(low->num), static_cast<int>(high->num)};
  }
  return absl::OkStatus();
}

// 2,1,1 in the order of the quasi-identifiers, or NAME=2,... with 1 for the others.
absl::Status ReadWeights(const Flags& flags, Job* job) {
  auto parts = flags.List("weights");
  if (!parts.ok()) return parts.status();
  if (parts->empty()) return absl::OkStatus();
  job->weights.assign(job->names.size(), Rational{1, 1});
  const bool named = (*parts)[0].find('=') != std::string::npos;
  if (!named && parts->size() != job->names.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--weights gives ", parts->size(), " for ", job->names.size(),
                     " quasi-identifiers; give one for each, or name them: ", job->names[0], "=2"));
  }
  for (size_t i = 0; i < parts->size(); ++i) {
    const std::string& part = (*parts)[i];
    const size_t equals = named ? part.rfind('=') : std::string::npos;
    size_t place = i;
    if (named) {
      const auto at = std::find(job->names.begin(), job->names.end(), part.substr(0, equals));
      place = at - job->names.begin();
    }
    auto weight =
        Rational::Parse(named && equals != std::string::npos ? part.substr(equals + 1) : part);
    if (place >= job->names.size() || !weight.ok() || weight->num < 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--weights: \"", part, "\" is not a weight of 0 or more of a quasi-identifier"));
    }
    job->weights[place] = *weight;
  }
  return absl::OkStatus();
}

absl::Status AddModels(const Flags& flags, size_t sensitive, std::vector<Model>* models) {
  const auto decimal = [&](const char* name, auto make) -> absl::Status {
    auto value = flags.Decimal(name);
    if (!value.ok()) return value.status();
    if (*value) models->push_back(make(**value, sensitive));
    return absl::OkStatus();
  };
  auto l = flags.Whole("distinct-l");
  if (!l.ok()) return l.status();
  if (*l) models->push_back(Model::DistinctL(**l, sensitive));
  absl::Status ok = decimal("entropy-l", Model::EntropyL);
  if (ok.ok()) ok = decimal("t-equal", Model::TEqual);
  if (ok.ok()) ok = decimal("t-ordered", Model::TOrdered);
  if (ok.ok()) ok = decimal("t-hierarchical", Model::THierarchical);
  if (ok.ok()) ok = decimal("delta-disclosure", Model::DeltaDisclosure);
  if (ok.ok()) ok = decimal("beta", Model::BetaLikeness);
  if (ok.ok()) ok = decimal("enhanced-beta", Model::EnhancedBeta);
  if (!ok.ok() || !flags.Has("recursive-cl")) return ok;
  auto parts = flags.List("recursive-cl");
  if (!parts.ok()) return parts.status();
  auto c = Rational::Parse(parts->empty() ? "" : (*parts)[0]);
  auto rl = Rational::Parse(parts->size() < 2 ? "" : (*parts)[1]);
  if (parts->size() != 2 || !c.ok() || !rl.ok() || rl->den != 1 || rl->num < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--recursive-cl: \"", flags.Get("recursive-cl"), "\" is not c,l such as 4,3"));
  }
  models->push_back(Model::RecursiveCL(*c, static_cast<uint64_t>(rl->num), sensitive));
  return absl::OkStatus();
}

absl::Status ReadModels(const Flags& flags, const HierarchySources& sources, Job* job) {
  auto k = flags.Whole("k");
  if (!k.ok()) return k.status();
  if (*k) job->input.models.push_back(Model::KAnonymity(**k));
  std::vector<Model> once;
  if (absl::Status ok = AddModels(flags, 0, &once); !ok.ok()) return ok;
  if (!once.empty() && job->input.sensitive.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(once[0].Name(), " needs a sensitive attribute; name it with --sensitive"));
  }
  for (size_t s = 0; s < job->input.sensitive.size(); ++s) {
    if (absl::Status ok = AddModels(flags, s, &job->input.models); !ok.ok()) return ok;
    job->input.sensitive_hierarchies.push_back(nullptr);
    job->sensitive_hierarchy_rules.emplace_back();
    if (!flags.Has("t-hierarchical")) continue;
    const CodedColumn& column = job->table.column(job->input.sensitive[s]);
    auto hierarchy = sources.Load(column.name(), job->format.encoding, column.dictionary());
    if (!hierarchy.ok()) return hierarchy.status();
    job->sensitive_hierarchy_rules.back() = sources.RuleOf(column.name());
    job->hierarchies.push_back(*std::move(hierarchy));
    job->input.sensitive_hierarchies.back() = job->hierarchies.back().get();
  }
  for (const Model& m : job->input.models) {
    if (absl::Status ok = m.Check(); !ok.ok()) return ok;
  }
  return absl::OkStatus();
}

absl::Status ReadKey(const Flags& flags, std::unique_ptr<Digest>* digest) {
  if (!flags.Has("digest-key-file")) return absl::OkStatus();
  auto key = ReadSmallFile(flags.Get("digest-key-file"));
  if (!key.ok()) return key.status();
  if (key->size() < 16) {
    return absl::InvalidArgumentError("--digest-key-file: the key has fewer than 16 bytes");
  }
  *digest = std::make_unique<Digest>(
      std::span<const uint8_t>(reinterpret_cast<const uint8_t*>(key->data()), key->size()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Job>> MakeJob(const Flags& flags) {
  const Stopwatch watch;
  auto job = std::make_unique<Job>();
  auto path = flags.Need("in");
  if (!path.ok()) return path.status();
  if (auto names = flags.Need("quasi-identifiers"); !names.ok()) return names.status();
  auto names = flags.List("quasi-identifiers");
  auto sensitive = flags.List("sensitive");
  auto keep = flags.List("keep");
  auto format = FormatOf(flags);
  auto threads = ThreadsOf(flags);
  for (const absl::Status& s :
       {names.status(), sensitive.status(), keep.status(), format.status(), threads.status()}) {
    if (!s.ok()) return s;
  }
  job->names = *names;
  job->format = *format;
  job->threads = *threads;
  job->keep_names = *keep;
  absl::Status once = CheckNamedOnce(
      {{"--quasi-identifiers", &*names}, {"--sensitive", &*sensitive}, {"--keep", &*keep}});
  if (!once.ok()) return once;
  // Flags and hierarchies are checked before the long part, the load.
  auto sources = HierarchySources::Make(flags);
  if (!sources.ok()) return sources.status();
  for (const std::string& name : job->names) {
    // A rule has the same levels whatever the values are.
    auto hierarchy = sources->Load(name, job->format.encoding, {""});
    if (!hierarchy.ok()) return hierarchy.status();
    job->hierarchies.push_back(*std::move(hierarchy));
  }
  if (absl::Status ok = ReadLevels(flags, job.get()); !ok.ok()) return ok;
  if (absl::Status ok = ReadWeights(flags, job.get()); !ok.ok()) return ok;
  std::vector<std::string> columns = job->names;
  columns.insert(columns.end(), sensitive->begin(), sensitive->end());
  columns.insert(columns.end(), keep->begin(), keep->end());
  std::unique_ptr<Digest> digest;
  if (absl::Status ok = ReadKey(flags, &digest); !ok.ok()) return ok;
  auto table = LoadFile(*path, job->format, columns, job->threads, digest.get());
  if (!table.ok()) return table.status();
  job->table = *std::move(table);
  if (digest != nullptr) job->keyed_digest = digest->Hex();
  job->input.table = &job->table;
  for (size_t i = 0; i < columns.size(); ++i) {
    (i < names->size()                       ? job->input.quasi_identifiers
     : i < names->size() + sensitive->size() ? job->input.sensitive
                                             : job->keep)
        .push_back(i);
  }
  for (size_t i = 0; i < job->names.size(); ++i) {
    job->hierarchy_rules.push_back(sources->RuleOf(job->names[i]));
    if (!job->hierarchy_rules.back().empty()) {
      auto made =
          sources->Load(job->names[i], job->format.encoding, job->table.column(i).dictionary());
      if (!made.ok()) return made.status();
      job->hierarchies[i] = *std::move(made);
    }
    job->input.hierarchies.push_back(job->hierarchies[i].get());
  }
  if (absl::Status ok = ReadModels(flags, *sources, job.get()); !ok.ok()) return ok;
  job->load_seconds = watch.Seconds();
  return job;
}

}  // namespace oboro::sdc

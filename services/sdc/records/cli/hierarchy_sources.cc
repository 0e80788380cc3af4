#include "services/sdc/records/cli/hierarchy_sources.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/sdc/records/cli/common.h"
#include "services/sdc/records/text_encoding.h"

namespace oboro::sdc {
namespace {

constexpr char kMapping[] = "mapping:";

// A rule for values, by its first word.
bool IsRule(const std::string& source) {
  const std::string word = source.substr(0, source.find(':'));
  return word == "intervals" || word == "ages" || word == "dates" || word == "prefixes" ||
         word == "suppression";
}

absl::Status RuleError(const std::string& name, const std::string& rule, const std::string& how) {
  return absl::InvalidArgumentError(
      absl::StrCat("--hierarchies: \"", name, "=", rule, "\" is not understood; write ", how));
}

std::optional<int64_t> Whole(absl::string_view text) {
  int64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || at != text.data() + text.size()) return std::nullopt;
  return number;
}

// 5/10/20 as numbers; nothing if any is none.
std::optional<std::vector<int64_t>> WholeList(absl::string_view text) {
  std::vector<int64_t> numbers;
  for (const absl::string_view part : absl::StrSplit(text, '/')) {
    const auto number = Whole(part);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

absl::StatusOr<IntervalSpec> ParseIntervals(const std::string& name, const std::string& rule) {
  const std::vector<std::string> parts = absl::StrSplit(rule, ':');
  const bool ages = parts[0] == "ages";
  const auto error = [&] {
    return RuleError(name, rule,
                     ages ? "ages or ages:top=80"
                          : "intervals:5/10/20, with :origin=0, :bottom=15 or :top=100 behind it");
  };
  IntervalSpec spec = ages ? IntervalSpec::Ages() : IntervalSpec{};
  if (!ages) {
    const auto widths = parts.size() < 2 ? std::nullopt : WholeList(parts[1]);
    if (!widths) return error();
    spec.widths = *widths;
  }
  for (size_t i = ages ? 1 : 2; i < parts.size(); ++i) {
    absl::string_view part = parts[i];
    const bool origin = absl::ConsumePrefix(&part, "origin=");
    const bool bottom = !origin && absl::ConsumePrefix(&part, "bottom=");
    const bool top = !origin && !bottom && absl::ConsumePrefix(&part, "top=");
    const auto number = Whole(part);
    if (!number || !(origin || bottom || top)) return error();
    if (origin) spec.origin = *number;
    if (bottom) spec.bottom = *number;
    if (top) spec.top = *number;
  }
  return spec;
}

absl::StatusOr<Hierarchy> ByRule(const std::string& name, const std::string& rule,
                                 const std::vector<std::string>& values) {
  if (rule == "dates") return DateHierarchy(name, values);
  if (rule == "suppression") return SuppressionHierarchy(name, values);
  if (absl::StartsWith(rule, "prefixes")) {
    const auto lengths =
        absl::StartsWith(rule, "prefixes:") ? WholeList(rule.substr(9)) : std::nullopt;
    if (!lengths ||
        std::any_of(lengths->begin(), lengths->end(), [](int64_t n) { return n < 1; })) {
      return RuleError(name, rule, "prefixes:5/3/1, the lengths kept on each level");
    }
    return PrefixHierarchy(name, values, std::vector<size_t>(lengths->begin(), lengths->end()));
  }
  if (absl::StartsWith(rule, "intervals") || absl::StartsWith(rule, "ages")) {
    auto spec = ParseIntervals(name, rule);
    if (!spec.ok()) return spec.status();
    return IntervalHierarchy(name, values, *spec);
  }
  return RuleError(name, rule, "dates or suppression, with nothing behind it");
}

// hierarchy_NAME.csv or *_hierarchy_NAME.csv of a folder.
absl::StatusOr<std::string> FindInFolder(const std::string& folder, const std::string& name) {
  const std::string exact = absl::StrCat("hierarchy_", name, ".csv");
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string file = entry.path().filename().string();
    if (file == exact) return entry.path().string();
    if (absl::EndsWith(file, "_" + exact)) found.push_back(entry.path().string());
  }
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hierarchies: folder \"", folder, "\" cannot be read: ", error.message()));
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--hierarchies: folder \"", folder, "\" has no hierarchy of \"", name,
                     "\"; put it there as ", exact, " or *_", exact, ", or give a rule such as ",
                     name, "=suppression"));
  }
  std::sort(found.begin(), found.end());
  return absl::InvalidArgumentError(
      absl::StrCat("--hierarchies: folder \"", folder, "\" has several hierarchies of \"", name,
                   "\": ", absl::StrJoin(found, ", "), "; name one with ", name, "=FILE"));
}

absl::StatusOr<Hierarchy> FromFile(const std::string& name, const std::string& path, bool mapping,
                                   TextEncoding encoding) {
  auto text = ReadSmallFile(path);
  if (!text.ok()) return text.status();
  // Hierarchies are UTF-8; beside a CP932 table they may be CP932 as well.
  const bool cp932 = encoding == TextEncoding::kCp932 && InvalidUtf8At(*text).has_value();
  auto hierarchy =
      HierarchyFromCsv(name, *text, ';', cp932 ? TextEncoding::kCp932 : TextEncoding::kUtf8);
  if (!hierarchy.ok() || !mapping) return hierarchy;
  if (hierarchy->level_count() != 2) {
    return absl::InvalidArgumentError(absl::StrCat("hierarchy of \"", name,
                                                   "\": a mapping has lines "
                                                   "of value;group, this has ",
                                                   hierarchy->level_count(), " fields a line"));
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (uint32_t leaf = 0; leaf < hierarchy->leaf_count(); ++leaf) {
    pairs.emplace_back(hierarchy->level(0).labels[leaf],
                       hierarchy->level(1).labels[hierarchy->level(1).node_of_leaf[leaf]]);
  }
  return MappingHierarchy(name, pairs);
}

}  // namespace

absl::StatusOr<HierarchySources> HierarchySources::Make(const Flags& flags) {
  auto value = flags.Need("hierarchies");
  if (!value.ok()) return value.status();
  HierarchySources sources;
  std::error_code ignored;
  if (std::filesystem::is_directory(*value, ignored)) {  // its name may hold commas and '='
    sources.folder_ = *value;
    return sources;
  }
  auto parts = flags.List("hierarchies");
  if (!parts.ok()) return parts.status();
  for (const std::string& part : *parts) {
    if (std::filesystem::is_directory(part, ignored)) {
      if (!sources.folder_.empty()) {
        return absl::InvalidArgumentError("--hierarchies: two folders are given; give one");
      }
      sources.folder_ = part;
      continue;
    }
    const size_t equals = part.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--hierarchies: \"", part,
          "\" is neither a folder nor NAME=FILE nor a rule such as NAME=intervals:5/10"));
    }
    sources.named_.push_back(part);
  }
  return sources;
}

// A column's name may itself hold '=', so it is matched as a whole.
const std::string* HierarchySources::SourceOf(const std::string& name) const {
  for (const std::string& part : named_) {
    if (absl::StartsWith(part, name + "=")) return &part;
  }
  return nullptr;
}

std::string HierarchySources::RuleOf(const std::string& name) const {
  const std::string* part = SourceOf(name);
  const std::string source = part == nullptr ? "" : part->substr(name.size() + 1);
  return IsRule(source) ? source : "";
}

absl::StatusOr<std::string> HierarchySources::FindFile(const std::string& name) const {
  if (const std::string* part = SourceOf(name)) return part->substr(name.size() + 1);
  if (!folder_.empty()) return FindInFolder(folder_, name);
  return absl::InvalidArgumentError(absl::StrCat("--hierarchies names no file for \"", name,
                                                 "\"; add ", name, "=FILE or a rule such as ", name,
                                                 "=suppression"));
}

absl::StatusOr<std::unique_ptr<Hierarchy>> HierarchySources::Load(
    const std::string& name, TextEncoding encoding, const std::vector<std::string>& values) const {
  if (const std::string rule = RuleOf(name); !rule.empty()) {
    auto hierarchy = ByRule(name, rule, values);
    if (!hierarchy.ok()) return hierarchy.status();
    return std::make_unique<Hierarchy>(*std::move(hierarchy));
  }
  auto path = FindFile(name);
  if (!path.ok()) return path.status();
  const bool mapping = absl::StartsWith(*path, kMapping);
  if (mapping) *path = path->substr(sizeof(kMapping) - 1);
  auto hierarchy = FromFile(name, *path, mapping, encoding);
  if (!hierarchy.ok()) {
    const std::string what(hierarchy.status().message());
    return absl::InvalidArgumentError(
        absl::StartsWith(what, "file ") ? what : absl::StrCat("file \"", *path, "\": ", what));
  }
  return std::make_unique<Hierarchy>(*std::move(hierarchy));
}

}  // namespace oboro::sdc

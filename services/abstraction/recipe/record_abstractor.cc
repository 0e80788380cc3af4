#include "services/abstraction/recipe/record_abstractor.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/abstraction/recipe/relabel.h"

namespace oboro::abstraction {
namespace {

// Source values remembered a column: all birth dates of a century fit. Beyond it values are worked
// out each time.
constexpr size_t kMaxSeen = 65536;

absl::string_view View(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

}  // namespace

RecordAbstractor::RecordAbstractor(const Recipe& recipe, std::optional<civic::CivilDate> reference,
                                   std::unique_ptr<LinkNumberer> numberer,
                                   const AbstractorOptions& options)
    : recipe_(recipe),
      reference_(reference),
      numberer_(std::move(numberer)),
      options_(options),
      states_(recipe.columns.size()) {
  StartBatch();
}

absl::StatusOr<std::unique_ptr<RecordAbstractor>> RecordAbstractor::Create(
    const Recipe& recipe, std::span<const std::string> header,
    std::optional<civic::CivilDate> snapshot_date, std::span<const uint8_t> pseudonym_key,
    const AbstractorOptions& options) {
  const std::optional<civic::CivilDate> reference =
      recipe.reference_from_snapshot ? snapshot_date : recipe.reference_date;
  if (recipe.needs_reference() && !reference.has_value()) {
    return absl::InvalidArgumentError(
        "the recipe takes its reference date from the snapshot, which "
        "has none; give the snapshot its 時点");
  }
  absl::StatusOr<std::unique_ptr<LinkNumberer>> numberer = LinkNumberer::Create(pseudonym_key);
  if (!numberer.ok()) return numberer.status();
  std::unique_ptr<RecordAbstractor> abstractor(
      new RecordAbstractor(recipe, reference, *std::move(numberer), options));
  if (absl::Status status = abstractor->BindColumns(header); !status.ok()) return status;
  return abstractor;
}

absl::StatusOr<size_t> RecordAbstractor::FindSource(const OutputColumn& column,
                                                    const std::string& source,
                                                    std::span<const std::string> header) const {
  const auto matches = std::count(header.begin(), header.end(), source);
  if (matches != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("column '", column.name, "' of the recipe takes '", source, "', which ",
                     matches == 0 ? "the file does not have" : "stands twice in the file"));
  }
  return static_cast<size_t>(std::find(header.begin(), header.end(), source) - header.begin());
}

absl::Status RecordAbstractor::BindColumns(std::span<const std::string> header) {
  fields_ = header.size();
  std::set<std::string> named(recipe_.drop.begin(), recipe_.drop.end());
  for (size_t i = 0; i < states_.size(); ++i) {
    const OutputColumn& column = recipe_.columns[i];
    absl::StatusOr<size_t> source = FindSource(column, column.source, header);
    if (!source.ok()) return source.status();
    states_[i].source = *source;
    named.insert(column.source);
    if (!column.label.empty()) {
      absl::StatusOr<size_t> label = FindSource(column, column.label, header);
      if (!label.ok()) return label.status();
      states_[i].label = *label;
      named.insert(column.label);
    }
    if (column.transform != Transform::kLinkNumber) Intern(column.unknown, &states_[i]);
  }
  if (recipe_.drop_unlisted) return absl::OkStatus();
  for (const std::string& name : header) {
    if (named.contains(name)) continue;
    return absl::InvalidArgumentError(absl::StrCat("the file has a column '", name,
                                                   "' that the recipe does not name; list it under "
                                                   "'drop' or use it, or say 'unlisted: drop'"));
  }
  return absl::OkStatus();
}

void RecordAbstractor::StartBatch() {
  batch_ = {};
  batch_.columns.resize(states_.size());
}

Batch RecordAbstractor::TakeBatch() {
  Batch out = std::move(batch_);
  StartBatch();
  return out;
}

LinkNumber RecordAbstractor::Link(const OutputColumn& column, std::string_view value,
                                  ColumnState* state) {
  if (value.empty()) {
    ++state->unknown;
    return {};
  }
  // The members of a household follow each other.
  if (value != state->last_value) {
    state->last_link = numberer_->Make(column.link_kind, value);
    state->last_value = value;
  }
  return state->last_link;
}

std::optional<uint32_t> RecordAbstractor::Intern(std::string label, ColumnState* state) {
  const auto found = state->codes.find(label);
  if (found != state->codes.end()) return found->second;
  if (state->dictionary.size() >= options_.max_dictionary) return std::nullopt;
  const auto code = static_cast<uint32_t>(state->dictionary.size());
  state->dictionary.push_back(label);
  state->codes.emplace(std::move(label), code);
  return code;
}

std::optional<uint32_t> RecordAbstractor::Code(const OutputColumn& column, std::string_view value,
                                               ColumnState* state) {
  const auto seen = state->seen.find(View(value));
  if (seen != state->seen.end()) return seen->second;
  const std::string_view trimmed = TrimBlanks(value);
  std::optional<std::string> label =
      trimmed.empty() ? column.blank : Relabel(column, trimmed, reference_);
  const std::optional<uint32_t> code =
      label.has_value() ? Intern(*std::move(label), state) : kUnknownCode;
  if (code.has_value() && state->seen.size() < kMaxSeen) state->seen.emplace(value, *code);
  return code;
}

std::string_view RecordAbstractor::ValueOf(const ColumnState& state,
                                           std::span<const std::string_view> fields) {
  const std::string_view value = fields[state.source];
  if (!state.label.has_value() || TrimBlanks(value).empty()) return value;
  labelled_.assign(TrimBlanks(value));
  labelled_.append(" ").append(TrimBlanks(fields[*state.label]));
  return labelled_;
}

absl::Status RecordAbstractor::AddValue(size_t column, std::span<const std::string_view> fields,
                                        bool unreadable) {
  const OutputColumn& output = recipe_.columns[column];
  ColumnState& state = states_[column];
  const std::string_view value = unreadable ? std::string_view() : ValueOf(state, fields);
  if (output.transform == Transform::kLinkNumber) {
    batch_.columns[column].links.push_back(Link(output, TrimBlanks(value), &state));
    return absl::OkStatus();
  }
  const std::optional<uint32_t> code = unreadable ? kUnknownCode : Code(output, value, &state);
  if (!code.has_value()) {
    return absl::ResourceExhaustedError(absl::StrCat("column '", output.name, "' has more than ",
                                                     options_.max_dictionary,
                                                     " distinct values; coarsen it in the recipe"));
  }
  if (*code == kUnknownCode) ++state.unknown;
  batch_.columns[column].codes.push_back(*code);
  return absl::OkStatus();
}

absl::Status RecordAbstractor::Add(std::span<const std::string_view> fields,
                                   std::span<const size_t> unreadable) {
  if (fields.size() != fields_) {
    return absl::InvalidArgumentError(
        absl::StrCat("a record has ", fields.size(), " columns, the header ", fields_));
  }
  const auto marked = [&](size_t field) {
    return std::binary_search(unreadable.begin(), unreadable.end(), field);
  };
  for (size_t i = 0; i < states_.size(); ++i) {
    const ColumnState& state = states_[i];
    const bool none = !unreadable.empty() &&
                      (marked(state.source) || (state.label.has_value() && marked(*state.label)));
    const absl::Status added = AddValue(i, fields, none);
    if (!added.ok()) return added;
  }
  ++batch_.records;
  ++records_;
  return absl::OkStatus();
}

}  // namespace oboro::abstraction

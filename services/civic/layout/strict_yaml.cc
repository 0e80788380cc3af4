#include "services/civic/layout/strict_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/civic/text/encoding.h"

namespace oboro::civic {
namespace {

constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxNodes = 100'000;
constexpr size_t kMaxFaults = 100;

absl::string_view View(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

// Builds the tree from events; the first fault ends it. Throwing is yaml-cpp's own way out of its
// parser and is caught in ParseStrictYaml.
class TreeBuilder : public YAML::EventHandler {
 public:
  struct Refusal {
    int line;
    std::string message;
  };

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Check(mark, "", anchor);
    Emit(mark, {});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "aliases (*name) are not allowed; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    Check(mark, tag, anchor);
    YamlValue value;
    value.kind = YamlValue::Kind::kScalar;
    value.scalar = text;
    Emit(mark, std::move(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlValue::Kind::kSequence);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlValue::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  YamlValue root;

 private:
  struct Frame {
    YamlValue value;
    std::string key;
    bool has_key = false;
    std::set<std::string> keys;
  };

  [[noreturn]] static void Refuse(const YAML::Mark& mark, std::string message) {
    throw Refusal{mark.line + 1, std::move(message)};
  }

  void Check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) Refuse(mark, "anchors (&name) are not allowed; write the value out");
    if (!tag.empty() && tag != "?" && tag != "!") Refuse(mark, "tags (!name) are not allowed");
    if (++nodes_ > kMaxNodes) Refuse(mark, "too many values");
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlValue::Kind kind) {
    Check(mark, tag, anchor);
    if (frames_.size() >= kMaxDepth) Refuse(mark, "nested too deeply");
    if (!frames_.empty() && frames_.back().value.kind == YamlValue::Kind::kMap &&
        !frames_.back().has_key) {
      Refuse(mark, "a key must be plain text");
    }
    Frame frame;
    frame.value.kind = kind;
    frame.value.line = mark.line + 1;
    frames_.push_back(std::move(frame));
  }

  void Close() {
    YamlValue value = std::move(frames_.back().value);
    frames_.pop_back();
    Attach(std::move(value));
  }

  void Emit(const YAML::Mark& mark, YamlValue value) {
    value.line = mark.line + 1;
    if (!frames_.empty() && frames_.back().value.kind == YamlValue::Kind::kMap &&
        !frames_.back().has_key) {
      Frame& frame = frames_.back();
      if (value.kind != YamlValue::Kind::kScalar) Refuse(mark, "a key must be plain text");
      if (!frame.keys.insert(value.scalar).second) {
        Refuse(mark, absl::StrCat("'", value.scalar, "' stands twice"));
      }
      frame.key = std::move(value.scalar);
      frame.has_key = true;
      return;
    }
    Attach(std::move(value));
  }

  void Attach(YamlValue value) {
    if (frames_.empty()) {
      root = std::move(value);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.value.kind == YamlValue::Kind::kSequence) {
      frame.value.items.push_back(std::move(value));
    } else {
      frame.value.entries.push_back({std::move(frame.key), std::move(value)});
      frame.key.clear();
      frame.has_key = false;
    }
  }

  std::vector<Frame> frames_;
  size_t nodes_ = 0;
};

absl::Status AtLine(int line, std::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat("YAML: line ", line, ": ", View(message)));
}

}  // namespace

absl::StatusOr<YamlValue> ParseStrictYaml(std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("YAML: larger than ", max_bytes, " bytes; shorten it"));
  }
  if (!IsUtf8(text)) return absl::InvalidArgumentError("YAML: not UTF-8; save it as UTF-8");
  if (text.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError("YAML: holds a NUL byte");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) return AtLine(1, "the document is empty");
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) return AtLine(second.root.line, "a second document");
    return std::move(builder.root);
  } catch (const TreeBuilder::Refusal& refusal) {
    return AtLine(refusal.line, refusal.message);
  } catch (const YAML::Exception& error) {
    return AtLine(error.mark.line + 1, error.msg);
  } catch (const std::exception&) {
    return absl::InvalidArgumentError("YAML: cannot be parsed");
  }
}

void LayoutFaults::Add(int line, std::string_view message) {
  if (messages_.size() < kMaxFaults) messages_.emplace_back(line, std::string(message));
}

absl::Status LayoutFaults::ToStatus(std::string_view what) const {
  if (messages_.empty()) return absl::OkStatus();
  std::vector<std::pair<int, std::string>> sorted = messages_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out(what);
  for (size_t i = 0; i < sorted.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? ": " : "; ", "line ", sorted[i].first, ": ", sorted[i].second);
  }
  return absl::InvalidArgumentError(out);
}

LayoutReader::LayoutReader(const YamlValue& value, std::string where, LayoutFaults* faults)
    : value_(value), where_(std::move(where)), faults_(faults), taken_(value.entries.size()) {
  if (value_.kind != YamlValue::Kind::kMap) Fault(value_.line, "must be a map of keys and values");
}

void LayoutReader::Fault(int line, std::string_view message) {
  faults_->Add(line, absl::StrCat(where_, ": ", View(message)));
}

const YamlValue* LayoutReader::Take(std::string_view key) {
  for (size_t i = 0; i < value_.entries.size(); ++i) {
    if (value_.entries[i].key != key) continue;
    taken_[i] = true;
    return &value_.entries[i].value;
  }
  return nullptr;
}

const YamlValue* LayoutReader::Require(std::string_view key) {
  const YamlValue* const value = Take(key);
  if (value == nullptr && value_.kind == YamlValue::Kind::kMap) {
    Fault(value_.line, absl::StrCat("'", View(key), "' is missing"));
  }
  return value;
}

std::optional<std::string> LayoutReader::TakeText(std::string_view key) {
  const YamlValue* const value = Take(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != YamlValue::Kind::kScalar || value->scalar.empty()) {
    Fault(value->line, absl::StrCat("'", View(key), "' must be a text"));
    return std::nullopt;
  }
  return value->scalar;
}

std::string LayoutReader::RequireText(std::string_view key) {
  if (Require(key) == nullptr) return "";
  return TakeText(key).value_or("");
}

std::optional<int64_t> LayoutReader::TakeInteger(std::string_view key, int64_t low, int64_t high) {
  const YamlValue* const value = Take(key);
  if (value == nullptr) return std::nullopt;
  int64_t number = 0;
  const std::string& text = value->scalar;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (value->kind != YamlValue::Kind::kScalar || error != std::errc() ||
      end != text.data() + text.size() || number < low || number > high) {
    Fault(value->line,
          absl::StrCat("'", View(key), "' must be a whole number from ", low, " to ", high));
    return std::nullopt;
  }
  return number;
}

bool LayoutReader::TakeBool(std::string_view key, bool otherwise) {
  const YamlValue* const value = Take(key);
  if (value == nullptr) return otherwise;
  if (value->kind != YamlValue::Kind::kScalar ||
      (value->scalar != "true" && value->scalar != "false")) {
    Fault(value->line, absl::StrCat("'", View(key), "' must be true or false"));
    return otherwise;
  }
  return value->scalar == "true";
}

std::vector<std::string> LayoutReader::TakeTexts(std::string_view key) {
  std::vector<std::string> out;
  const YamlValue* const value = Take(key);
  if (value == nullptr) return out;
  if (value->kind != YamlValue::Kind::kSequence) {
    Fault(value->line, absl::StrCat("'", View(key), "' must be a list"));
    return out;
  }
  std::set<std::string> seen;
  for (const YamlValue& item : value->items) {
    if (item.kind != YamlValue::Kind::kScalar) {
      Fault(item.line, absl::StrCat("'", View(key), "' must list texts"));
    } else if (!seen.insert(item.scalar).second) {
      Fault(item.line, absl::StrCat("'", item.scalar, "' stands twice in '", View(key), "'"));
    } else {
      out.push_back(item.scalar);
    }
  }
  return out;
}

size_t LayoutReader::TakeWord(std::string_view key, const std::vector<std::string_view>& words,
                              std::optional<size_t> otherwise) {
  const YamlValue* const value = otherwise.has_value() ? Take(key) : Require(key);
  if (value == nullptr) return otherwise.value_or(0);
  for (size_t i = 0; i < words.size(); ++i) {
    if (value->kind == YamlValue::Kind::kScalar && value->scalar == words[i]) return i;
  }
  std::string list;
  for (const std::string_view word : words)
    absl::StrAppend(&list, list.empty() ? "" : ", ", View(word));
  Fault(value->line, absl::StrCat("'", View(key), "' must be one of ", list));
  return otherwise.value_or(0);
}

void LayoutReader::Done() {
  for (size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    Fault(value_.entries[i].value.line, absl::StrCat("unknown key '", value_.entries[i].key, "'"));
  }
}

}  // namespace oboro::civic

#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace oboro::civic {

struct YamlEntry;

/// A YAML document as a plain tree: what layouts (dataset schemas, recipes) are read from.
struct YamlValue {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  int line = 0;  ///< 1-based
  std::string scalar;
  std::vector<YamlValue> items;
  std::vector<YamlEntry> entries;  ///< in the order of the file
};

/// One entry of a map.
struct YamlEntry {
  std::string key;
  YamlValue value;
};

/// Parses one document. Refused, with the line: anchors, aliases and tags (no layout needs them and
/// they are how small files grow large), two entries of one key, keys that are no scalars, nesting
/// beyond 16, more than `max_bytes`, a second document, and text that is not UTF-8.
/// InvalidArgument.
absl::StatusOr<YamlValue> ParseStrictYaml(std::string_view text, size_t max_bytes = 512 * 1024);

/// Collects every fault of a layout, so that an author sees all of them at once.
class LayoutFaults {
 public:
  void Add(int line, std::string_view message);
  bool empty() const { return messages_.empty(); }
  size_t size() const { return messages_.size(); }

  /// OK, or InvalidArgument: "<what>: line 3: ...; line 7: ...".
  absl::Status ToStatus(std::string_view what) const;

 private:
  std::vector<std::pair<int, std::string>> messages_;
};

/// Reads the entries of one map with types and bounds, reporting into `faults`. Every reader is
/// asked Done() at the end: entries nobody asked for are faults.
class LayoutReader {
 public:
  /// `where` names the map in messages ("column 生年月日"). A value that is no map is a fault.
  LayoutReader(const YamlValue& value, std::string where, LayoutFaults* faults);

  /// The entry, or null; counts as asked for.
  const YamlValue* Take(std::string_view key);

  /// Like Take; a missing entry is a fault.
  const YamlValue* Require(std::string_view key);

  /// A non-empty scalar. Missing or of another kind: a fault and "".
  std::string RequireText(std::string_view key);
  std::optional<std::string> TakeText(std::string_view key);

  /// A whole number within bounds.
  std::optional<int64_t> TakeInteger(std::string_view key, int64_t low, int64_t high);

  /// "true" or "false".
  bool TakeBool(std::string_view key, bool otherwise);

  /// A sequence of scalars without repetition.
  std::vector<std::string> TakeTexts(std::string_view key);

  /// One of `words`; its index. Missing: `otherwise`, or a fault when that is nullopt.
  size_t TakeWord(std::string_view key, const std::vector<std::string_view>& words,
                  std::optional<size_t> otherwise);

  /// Reports all entries that were not asked for.
  void Done();

  int line() const { return value_.line; }
  const std::string& where() const { return where_; }
  void Fault(int line, std::string_view message);

 private:
  const YamlValue& value_;
  std::string where_;
  LayoutFaults* faults_;
  std::vector<bool> taken_;
};

}  // namespace oboro::civic

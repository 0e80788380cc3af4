#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/abstraction/recipe/link_number.h"
#include "services/abstraction/recipe/recipe.h"

namespace oboro::abstraction {

/// The values of one output column of some records: `links` for link numbers (all zero for a blank
/// value), else `codes` into the column's dictionary.
struct BatchColumn {
  std::vector<uint32_t> codes;
  std::vector<LinkNumber> links;
};

/// Some abstracted records, column by column in the order of the recipe.
struct Batch {
  uint64_t records = 0;
  std::vector<BatchColumn> columns;
};

struct AbstractorOptions {
  /// More distinct values than this in one column are refused: such a column identifies people.
  size_t max_dictionary = 200'000;
};

/// Applies a recipe to one record after another. Dictionaries grow over the whole run (code 0 is
/// always the column's `unknown` label); records are taken out in batches. Memory: the
/// dictionaries, bounded remembered values, and the records not yet taken out.
class RecordAbstractor {
 public:
  /// `header` is the file's. InvalidArgument when a source column is missing or stands twice, when
  /// `unlisted: refuse` meets a column named nowhere, when the recipe needs a reference date and
  /// `snapshot_date` is absent, or when the key has not 32 bytes. `recipe` must outlive this.
  static absl::StatusOr<std::unique_ptr<RecordAbstractor>> Create(
      const Recipe& recipe, std::span<const std::string> header,
      std::optional<civic::CivilDate> snapshot_date, std::span<const uint8_t> pseudonym_key,
      const AbstractorOptions& options = {});

  /// Abstracts one record; as many fields as the header. Fields of the indexes `unreadable`
  /// (ascending) count as such, whatever stands in them: `unknown`, or no link number.
  /// ResourceExhausted when a dictionary grows beyond its limit (the message names the column,
  /// never a value).
  absl::Status Add(std::span<const std::string_view> fields,
                   std::span<const size_t> unreadable = {});

  /// Records added since the last TakeBatch.
  uint64_t pending() const { return batch_.records; }
  Batch TakeBatch();

  uint64_t records() const { return records_; }
  const Recipe& recipe() const { return recipe_; }
  size_t columns() const { return recipe_.columns.size(); }

  /// The labels behind the codes so far; empty for link numbers.
  const std::vector<std::string>& dictionary(size_t column) const {
    return states_[column].dictionary;
  }
  /// How many values were blank (without a `blank` label) or could not be read.
  uint64_t unknown(size_t column) const { return states_[column].unknown; }

 private:
  static constexpr uint32_t kUnknownCode = 0;

  struct ColumnState {
    size_t source = 0;
    std::optional<size_t> label;  // field of OutputColumn::label
    std::vector<std::string> dictionary;
    absl::flat_hash_map<std::string, uint32_t> codes;  // label -> code
    absl::flat_hash_map<std::string, uint32_t> seen;   // source value -> code, bounded
    std::string last_value;                            // of a link number
    LinkNumber last_link = {};
    uint64_t unknown = 0;
  };

  RecordAbstractor(const Recipe& recipe, std::optional<civic::CivilDate> reference,
                   std::unique_ptr<LinkNumberer> numberer, const AbstractorOptions& options);

  absl::Status BindColumns(std::span<const std::string> header);
  absl::StatusOr<size_t> FindSource(const OutputColumn& column, const std::string& source,
                                    std::span<const std::string> header) const;
  std::string_view ValueOf(const ColumnState& state, std::span<const std::string_view> fields);
  absl::Status AddValue(size_t column, std::span<const std::string_view> fields, bool unreadable);
  LinkNumber Link(const OutputColumn& column, std::string_view value, ColumnState* state);
  std::optional<uint32_t> Code(const OutputColumn& column, std::string_view value,
                               ColumnState* state);
  std::optional<uint32_t> Intern(std::string label, ColumnState* state);
  void StartBatch();

  const Recipe& recipe_;
  std::optional<civic::CivilDate> reference_;
  std::unique_ptr<LinkNumberer> numberer_;
  AbstractorOptions options_;
  size_t fields_ = 0;
  std::vector<ColumnState> states_;
  std::string labelled_;  // scratch of ValueOf
  Batch batch_;
  uint64_t records_ = 0;
};

}  // namespace oboro::abstraction

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "services/civic/csv/table_reader.h"

namespace oboro::civic {

/// What the values of a column are.
enum class ColumnType {
  kText,
  kDigits,        ///< half-width digits, kept as text; `length` fixes how many
  kInteger,       ///< optional minus sign, at most 18 digits
  kDecimal,       ///< as kInteger with a point
  kDate,          ///< YYYY-MM-DD
  kRegisterDate,  ///< 和暦 or 西暦 as registers write them, uncertain forms included
  kCode,          ///< one of `codes`
  kRelation,      ///< 続柄
  kEvent,         ///< 異動事由
};

enum class CheckDigitRule { kNone, kMod11, kMunicipality };

/// One column of a dataset.
struct ColumnSchema {
  std::string name;  ///< as in the header
  ColumnType type = ColumnType::kText;
  bool required = false;
  bool trim = false;        ///< blanks around the value do not count (padded codes)
  uint32_t max_length = 0;  ///< in characters; 0: only the reader's own limit
  uint32_t length = 0;      ///< kDigits: exactly this many; 0: any
  CheckDigitRule check_digit = CheckDigitRule::kNone;
  absl::flat_hash_set<std::string> codes;     ///< kCode
  std::vector<std::string> retired_prefixes;  ///< codes beginning so are no longer in force
};

/// What a dataset's files look like; parsed from YAML, stored with the dataset.
struct DatasetSchema {
  std::string name;
  std::string title_ja;
  std::string title_en;
  TableFormat format;
  std::vector<ColumnSchema> columns;
  std::vector<size_t> key;   ///< columns that together name a record; may be empty
  uint64_t error_limit = 0;  ///< more errors than this refuse the snapshot
};

/// Parses and checks a schema. All faults are named at once with their lines; unknown keys are
/// faults. The form, with every key (those marked * must be there):
///
///     dataset: resident_register     *
///     title: {ja: ..., en: ...}      *
///     encoding: cp932                *  utf-8, utf-8-bom, cp932
///     delimiter: ","                    one ASCII character, default comma
///     key: [宛名番号]
///     error_limit: 100               *
///     columns:                       *
///       - name: 宛名番号             *
///         type: digits               *  text digits integer decimal date register_date code
///                                       relation event
///         required: true
///         trim: true
///         max_length: 10
///         length: 10
///         check_digit: m11w2-7          or municipality
///         codes: ["1", "2"]
///         retired_prefixes: ["22131"]
absl::StatusOr<DatasetSchema> ParseDatasetSchema(std::string_view yaml);

}  // namespace oboro::civic

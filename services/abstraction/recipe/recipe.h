#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/civic/dates/civil_date.h"

namespace oboro::abstraction {

/// What is done with a source column.
enum class Transform {
  kLinkNumber,   ///< keyed pseudonym; the only thing besides dropping that may be done to
                 ///< identifiers
  kYearMonth,    ///< date to "1980-03"
  kAgeBand,      ///< birth date to the band of the age at the reference date
  kCodeMap,      ///< code to label by a table
  kHierarchy,    ///< code to a coarser one: its first `prefix` characters, then a table
  kNumericBand,  ///< number to a band with top and bottom codes
  kRelation,     ///< 続柄 to 世帯主/配偶者/子/父母/その他親族/非親族
  kEventClass,   ///< 異動事由 to 記載/消除/修正
  kKeep,         ///< as it is
};

/// Whom a link number stands for; the kinds never collide.
enum class LinkKind { kPerson, kHousehold };

/// What a column of the abstraction is to the verification.
enum class ColumnRole { kLink, kQuasiIdentifier, kSensitive, kOther };

/// One column of the abstraction.
struct OutputColumn {
  std::string name;
  std::string source;
  Transform transform = Transform::kKeep;
  ColumnRole role = ColumnRole::kOther;
  std::string unknown = "不詳";      ///< what stands for values that cannot be read
  std::optional<std::string> blank;  ///< what stands for blank values; absent: `unknown`, counted
  LinkKind link_kind = LinkKind::kPerson;
  civic::AgeRule age_rule = civic::AgeRule::kBirthday;
  std::vector<int64_t> cuts;  ///< bands: below cuts[0], [cuts[i], cuts[i+1]), from cuts.back() on
  bool open_bottom = true;    ///< whether values below cuts[0] are a band (else unknown)
  std::string unit;           ///< written behind band labels: "歳"
  uint32_t prefix = 0;        ///< kHierarchy: characters kept; 0: all
  absl::flat_hash_map<std::string, std::string> table;  ///< kCodeMap, kHierarchy
  std::optional<std::string> otherwise;  ///< label of codes the table lacks; absent: `unknown`
  std::string label;  ///< kKeep: a second source column, written behind the code: "0821 吾妻"
};

/// How records are abstracted; parsed from YAML, immutable, stored and versioned with its digest.
struct Recipe {
  std::string name;
  std::string title_ja;
  std::string title_en;
  bool reference_from_snapshot = false;
  std::optional<civic::CivilDate> reference_date;  ///< a fixed one
  bool drop_unlisted = false;                      ///< else columns not named refuse the file
  std::vector<std::string> drop;
  std::vector<std::string> direct_identifiers;
  std::vector<OutputColumn> columns;

  bool needs_reference() const;
};

/// Parses and checks a recipe. All faults are named at once with their lines, unknown keys
/// included. The form, with every key (those marked * must be there):
///
///     recipe: resident_register     *
///     title: {ja: ..., en: ...}     *
///     reference: snapshot           *  or a date (2025-04-01), or none
///     unlisted: refuse              *  or drop: columns of the file that are named nowhere below
///     drop: [氏名, 住所]               may not be used below
///     direct_identifiers: [宛名番号]    may only be dropped or made link numbers; so may those of
///                                      the built-in list (氏名, 住所, 個人番号 ...) in any case
///     columns:                      *
///       - name: age_band            *
///         source: 生年月日          *
///         transform: age_band       *
///         unknown: 不詳                what stands for unreadable values
///         blank: 該当なし              what stands for blank ones (default: as unknown)
///         ...                          and the transform's own keys:
///           link_number: kind* (person, household)
///           age_band: width* or cuts*, top* with width, age_rule (birthday, birthday_eve), unit
///           numeric_band: width*, bottom*, top*; or cuts*; unit
///           code_map: map*, otherwise (the label of all other codes; default: as unknown)
///           hierarchy: prefix, map (at least one), otherwise
///           keep: label (a source column that names the code: "082200101001 吾妻一丁目", so that a
///                 table sorts by code and is read by name)
///     quasi_identifiers: [age_band, town]     *
///     sensitive: [nationality]
absl::StatusOr<Recipe> ParseRecipe(std::string_view yaml);

/// "link_number", "year_month" ...
std::string_view TransformName(Transform transform);

}  // namespace oboro::abstraction
